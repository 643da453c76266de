// Package syslog listens for lines of syslog by UDP, TCP and TLS and hands them to a Writer in batches.
//
// What it promises: memory is bounded whatever is sent (a queue of so many bytes, lines of MaxLine, so many connections); a sender by TCP or TLS waits while the queue is full, a
// datagram is then dropped and counted; a line that was queued is given to the Writer until that has stored it, or the process ends. Syslog has no acknowledgements: what a
// sender has handed to its kernel when this process dies is lost, whatever we do (https://www.rfc-editor.org/rfc/rfc6587#section-3.1).
//
// What it refuses: it does not read the lines, which is the ingest pipeline's work, and knows neither index nor engine. It asks nobody who they are.
//
// The command wires it: sockets and the Writer.
package syslog
