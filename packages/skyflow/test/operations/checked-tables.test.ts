import { inspect } from 'node:util'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { createSkyflowVault } from '../../src/index.ts'
import { rejectionOf } from '../setup.ts'
import { createWorld } from '../world.ts'

const digits = (text: string): string => text.replaceAll(/\D/g, '')
const tables = {
  patients: v.object({
    patient_id: v.pipe(v.string(), v.regex(/^P-\d+$/)),
    ssn: v.optional(v.pipe(v.string(), v.transform(digits), v.length(9))),
    visits: v.optional(v.number()),
  }),
}

describe('a table with a schema', () => {
  it('stores records as the schema gives them', async () => {
    const { client, sandbox } = await createWorld()
    const { vaultId } = sandbox.skyflow
    const vault = createSkyflowVault({ client, audience: 'patients', vaultId, tables })
    const { id } = await vault.insert('patients', { patient_id: 'P-1', ssn: '078-05-1120' })
    const { fields } = await vault.get('patients', id, { redaction: 'PLAIN_TEXT' })
    expect(fields.ssn).toBe('078051120')
    const [batched] = await vault.batch([
      { insert: 'patients', fields: { patient_id: 'P-2', ssn: '219-09-9999' } },
    ])
    const again = await vault.get('patients', batched.id, { redaction: 'PLAIN_TEXT' })
    expect(again.fields.ssn).toBe('219099999')
  })

  it('refuses records that do not fit, names their columns and no value, sends nothing', async () => {
    const { client, brokerRequests } = await createWorld()
    const options = { client, audience: 'patients', vaultId: 'v1', tables } as const
    const vault = createSkyflowVault(options)
    const records = [{ patient_id: 'P-1' }, { patient_id: 'canary', ssn: '1' }]
    const error = await rejectionOf(vault.insert('patients', records))
    expect(error).toMatchObject({
      code: 'invalid_argument',
      message: expect.stringContaining('1.patient_id, 1.ssn'),
    })
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('canary')
    const fields = { patient_id: 'canary' }
    const batch = vault.batch([{ insert: 'patients', fields }])
    expect(await rejectionOf(batch)).toMatchObject({ code: 'invalid_argument' })
    expect(brokerRequests).toEqual([])
  })
})
