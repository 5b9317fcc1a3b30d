// Runs every operation of skyflow-node against the sandbox named by a file; prints those that did as they should.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import {
  generateBearerTokenFromCreds,
  generateSignedDataTokensFromCreds,
  Skyflow,
} from 'skyflow-node'

const sandbox = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const credentials = JSON.stringify(sandbox.credentials)
const passed = []

const tokenOf = async (options) =>
  (await generateBearerTokenFromCreds(credentials, options)).accessToken
const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString())
const clientWith = (options) =>
  Skyflow.init({
    vaultID: sandbox.vaultId,
    vaultURL: sandbox.vaultUrlTls,
    getBearerToken: () => tokenOf(options),
  })
const rejection = (promise) =>
  promise.then(
    () => assert.fail('did not reject'),
    (reason) => reason,
  )

const client = clientWith()
const masked = clientWith({ roleIDs: [sandbox.maskedRoleId] })
const table = sandbox.table
let ada

const steps = {
  async token() {
    const { exp, ctx } = claimsOf(await tokenOf())
    assert.ok(exp * 1000 > Date.now())
    assert.equal(ctx, undefined)
  },
  async 'token with a role and a context'() {
    const claims = claimsOf(await tokenOf({ roleIDs: [sandbox.roleId], ctx: 'user-1' }))
    assert.deepEqual(claims.scp, [`role:${sandbox.roleId}`])
    assert.equal(claims.ctx, 'user-1')
  },
  async insert() {
    const fields = { patient_id: 'P-1', name: 'Ada Lovelace', ssn: '123-45-6789' }
    const { records } = await client.insert({ records: [{ table, fields }] }, { tokens: true })
    assert.equal(records[0].table, table)
    assert.match(records[0].fields.ssn, /^[0-9a-f-]{36}$/)
    ada = records[0].fields
  },
  async 'insert, partly refused'() {
    const records = [
      { table, fields: { name: 'Grace Hopper' } },
      { table, fields: { nope: 'x' } },
    ]
    const result = await client.insert({ records }, { tokens: true, continueOnError: true })
    assert.equal(result.records.length, 1)
    assert.equal(result.errors[0].error.code, 400)
    assert.match(result.errors[0].error.description, /nope.* - requestId: [0-9a-f-]{36}$/)
  },
  async detokenize() {
    const { records } = await client.detokenize({ records: [{ token: ada.ssn }] })
    assert.deepEqual(records, [{ token: ada.ssn, value: '123-45-6789' }])
  },
  async 'detokenize, partly unknown'() {
    const tokens = [{ token: ada.name }, { token: 'unknown' }]
    const { records, errors } = await rejection(client.detokenize({ records: tokens }))
    assert.equal(records[0].value, 'Ada Lovelace')
    assert.equal(errors[0].error.code, 404)
  },
  async 'detokenize a signed data token'() {
    const [{ signedToken }] = await generateSignedDataTokensFromCreds(credentials, {
      dataTokens: [ada.ssn],
      timeToLive: 60,
    })
    const { records } = await client.detokenize({ records: [{ token: signedToken }] })
    assert.equal(records[0].value, '123-45-6789')
  },
  async get() {
    const { PLAIN_TEXT } = Skyflow.RedactionType
    const wanted = { ids: [ada.skyflow_id], redaction: PLAIN_TEXT, table }
    const { records } = await client.get({ records: [wanted] })
    assert.equal(records[0].fields.id, ada.skyflow_id)
    assert.equal(records[0].fields.name, 'Ada Lovelace')
    const tokens = await client.get(
      { records: [{ ids: [ada.skyflow_id], table }] },
      { tokens: true },
    )
    assert.equal(tokens.records[0].fields.ssn, ada.ssn)
  },
  async 'get by column'() {
    const wanted = {
      columnName: 'patient_id',
      columnValues: ['P-1'],
      redaction: 'PLAIN_TEXT',
      table,
    }
    const { records } = await client.get({ records: [wanted] })
    assert.equal(records[0].fields.ssn, '123-45-6789')
  },
  async update() {
    const change = { id: ada.skyflow_id, fields: { name: 'Ada King' }, table }
    const { records } = await client.update({ records: [change] }, { tokens: true })
    assert.equal(records[0].id, ada.skyflow_id)
    assert.notEqual(records[0].fields.name, ada.name)
  },
  async 'get by id'() {
    const { records } = await client.getById({
      records: [{ ids: [ada.skyflow_id], redaction: 'PLAIN_TEXT', table }],
    })
    assert.equal(records[0].fields.ssn, '123-45-6789')
  },
  async upsert() {
    const fields = { patient_id: 'P-1', name: 'Ada Byron' }
    const upsert = [{ table, column: 'patient_id' }]
    const { records } = await client.insert(
      { records: [{ table, fields }] },
      { tokens: true, upsert },
    )
    assert.equal(records[0].fields.skyflow_id, ada.skyflow_id)
  },
  async 'invoke a connection'() {
    const received = await client.invokeConnection({
      connectionURL: sandbox.vaultUrlTls + sandbox.connectionPath + '/r1/pay',
      methodName: Skyflow.RequestMethod.POST,
      requestHeader: { 'content-type': 'application/json' },
      requestBody: { ssn: ada.ssn },
    })
    assert.equal(received.received.ssn, '123-45-6789')
  },
  async delete() {
    const { records } = await client.delete({ records: [{ id: ada.skyflow_id, table }] })
    assert.deepEqual(records, [{ skyflow_id: ada.skyflow_id, deleted: true }])
    const gone = await rejection(client.delete({ records: [{ id: ada.skyflow_id, table }] }))
    assert.equal(gone.errors[0].error.code, 404)
  },
  async masked() {
    const fields = { ssn: '987-65-4321' }
    const { records } = await masked.insert({ records: [{ table, fields }] }, { tokens: true })
    const seen = await masked.detokenize({ records: [{ token: records[0].fields.ssn }] })
    assert.equal(seen.records[0].value, 'XXX-XX-4321')
  },
}

for (const [name, step] of Object.entries(steps)) {
  await step()
  passed.push(name)
}
process.stdout.write(JSON.stringify(passed))
