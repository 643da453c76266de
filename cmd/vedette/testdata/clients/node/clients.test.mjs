// Drives the server at $VEDETTE_URL (as $VEDETTE_USER with $VEDETTE_PASSWORD, if they are set) with Elastic's JavaScript client in versions 8 and 9 and with OpenSearch's.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Client as Client8, errors as errors8 } from 'elasticsearch8'
import { Client as Client9, errors as errors9 } from 'elasticsearch9'
import { Client as OpenSearch, errors as openSearchErrors } from '@opensearch-project/opensearch'

const node = process.env.VEDETTE_URL
assert.ok(node, 'VEDETTE_URL is not set: run make test-clients')
const auth = process.env.VEDETTE_USER ? { username: process.env.VEDETTE_USER, password: process.env.VEDETTE_PASSWORD } : undefined

// The clients of Elastic answer with the body and take documents as they are; OpenSearch's wraps both.
const clients = {
  'elasticsearch 8': { client: new Client8({ node, auth, compression: true }), of: (answer) => answer, body: (body) => body, ResponseError: errors8.ResponseError },
  'elasticsearch 9': { client: new Client9({ node, auth, compression: true }), of: (answer) => answer, body: (body) => body, ResponseError: errors9.ResponseError },
  opensearch: { client: new OpenSearch({ node, auth }), of: (answer) => answer.body, body: (body) => ({ body }), ResponseError: openSearchErrors.ResponseError },
}

for (const [name, { client, of, body, ResponseError }] of Object.entries(clients)) {
  const index = `js-${name.replace(' ', '-')}`
  const events = Array.from({ length: 2500 }, (_, i) => ({ '@timestamp': new Date(Date.UTC(2026, 0, 1, 0, i)).toISOString(), user: ['alice', 'bob', 'carol'][i % 3], bytes: i }))

  test(name, async (t) => {
    await client.indices.delete({ index, ignore_unavailable: true })
    t.after(() => client.indices.delete({ index }))
    const properties = { '@timestamp': { type: 'date' }, user: { type: 'keyword' }, bytes: { type: 'long' } }
    await client.indices.create({ index, ...body({ mappings: { properties } }) })

    await t.test('info', async () => {
      assert.equal(of(await client.info()).tagline, 'You Know, for Search')
    })

    await t.test('the bulk helper writes everything once', async () => {
      const done = await client.helpers.bulk({
        datasource: events.map((event, i) => ({ ...event, id: String(i) })),
        onDocument: (event) => ({ create: { _index: index, _id: event.id } }),
        flushBytes: 50_000,
        refreshOnCompletion: index,
      })
      assert.equal(done.successful, events.length)
      assert.equal(done.failed, 0)
      assert.equal(of(await client.count({ index })).count, events.length)
    })

    await t.test('what is there already is a conflict', async () => {
      const dropped = []
      await client.helpers.bulk({
        datasource: [{ id: '1' }, { id: 'new' }],
        onDocument: (event) => ({ create: { _index: index, _id: event.id } }),
        onDrop: (doc) => dropped.push(doc.status),
        refreshOnCompletion: index,
      })
      assert.deepEqual(dropped, [409])
      await client.delete({ index, id: 'new', refresh: true })
    })

    await t.test('a search with aggregations', async () => {
      const request = {
        size: 2,
        track_total_hits: true,
        query: { bool: { filter: [{ term: { user: 'bob' } }, { range: { bytes: { lt: 100 } } }] } },
        sort: [{ bytes: { order: 'desc' } }],
        aggs: { users: { terms: { field: 'user' }, aggs: { most: { max: { field: 'bytes' } } } }, hours: { date_histogram: { field: '@timestamp', fixed_interval: '1h' } } },
      }
      const answer = of(await client.search({ index, ...body(request) }))
      assert.equal(answer.hits.total.value, 33)
      assert.deepEqual(answer.hits.hits.map((hit) => hit._source.bytes), [97, 94])
      assert.deepEqual(answer.aggregations.users.buckets.map((b) => [b.key, b.doc_count, b.most.value]), [['bob', 33, 97]])
      assert.equal(answer.aggregations.hours.buckets.length, 2)
    })

    await t.test('pages by search_after', async () => {
      const seen = new Set()
      let after
      for (;;) {
        const answer = of(await client.search({ index, ...body({ size: 900, sort: [{ bytes: 'asc' }], search_after: after }) }))
        if (answer.hits.hits.length === 0) break
        for (const hit of answer.hits.hits) seen.add(hit._id)
        after = answer.hits.hits.at(-1).sort
      }
      assert.equal(seen.size, events.length)
    })

    await t.test('documents', async () => {
      const made = of(await client.index({ index, id: 'x', refresh: true, ...(name === 'opensearch' ? { body: { user: 'dave' } } : { document: { user: 'dave' } }) }))
      assert.equal(made.result, 'created')
      await client.update({ index, id: 'x', ...body({ doc: { bytes: 5 } }) })
      assert.deepEqual(of(await client.get({ index, id: 'x' }))._source, { user: 'dave', bytes: 5 })
      assert.equal(of(await client.delete({ index, id: 'x' })).result, 'deleted')
      const exists = await client.exists({ index, id: 'x' })
      assert.equal(name === 'opensearch' ? exists.body : exists, false)
    })

    await t.test('errors keep their type', async () => {
      await assert.rejects(client.search({ index: 'js-no-such-index' }), (err) => {
        assert.ok(err instanceof ResponseError)
        assert.equal(err.statusCode, 404)
        assert.equal(err.body.error.type, 'index_not_found_exception')
        return true
      })
    })
  })
}
