# Builds Vedette with its dashboard, and a small image that runs it as a user without rights.
FROM node:22-alpine AS ui
WORKDIR /src/ui
COPY ui/package.json ui/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY ui/ ./
COPY engine/console/openapi.yaml ../engine/console/openapi.yaml
RUN npm run build

FROM golang:1.26-alpine AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY cmd cmd
COPY engine engine
COPY ingest ingest
COPY storage storage
COPY ui/embed.go ui/embed.go
COPY --from=ui /src/ui/dist ui/dist
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /vedette ./cmd/vedette && mkdir -p /data && chown 65532:65532 /data

FROM scratch
COPY --from=build /vedette /vedette
COPY --from=build --chown=65532:65532 /data /data
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
USER 65532:65532
# container tells the program where it runs; who starts it decides about TLS.
ENV VEDETTE_DATA=/data TMPDIR=/data container=oci
VOLUME /data
ENTRYPOINT ["/vedette"]
CMD ["serve"]
