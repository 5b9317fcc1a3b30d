import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { checkIn } from '../src/record-check.ts'
import { rejectionOf } from './setup.ts'

const Login = v.object({
  service: v.string(),
  pins: v.optional(v.array(v.number())),
  note: v.optional(v.pipe(v.string(), v.trim())),
})
const ID = '33333333-3333-4333-8333-333333333333'

describe('checkIn', () => {
  it('keeps the id where the schema strips what it does not know', async () => {
    expect(await checkIn(Login, [{ _id: ID, service: 'mail', odd: 1 }])).toEqual([
      { _id: ID, service: 'mail' },
    ])
  })

  it('shows the schema the values that secrets mark, and marks what it makes of them', async () => {
    const record = { service: 'mail', pins: [{ '%allot': 1 }, 2], note: { '%allot': ' x ' } }
    expect(await checkIn(Login, [record])).toEqual([
      { service: 'mail', pins: [{ '%allot': 1 }, 2], note: { '%allot': 'x' } },
    ])
  })

  it('marks nothing where the schema left nothing', async () => {
    const Dropping = v.object({
      pins: v.pipe(
        v.any(),
        v.transform(() => undefined),
      ),
    })
    expect(await checkIn(Dropping, [{ pins: { '%allot': 1 } }])).toEqual([{ pins: undefined }])
  })

  it('names the record and the path that do not fit, and no value', async () => {
    const records = [{ service: 'mail' }, { service: 'hunter2', pins: [{ '%allot': 'hunter2' }] }]
    const error = await rejectionOf(checkIn(Login, records))
    expect(error).toMatchObject({ code: 'invalid_record', reasons: ['pins.0'] })
    expect(String(error)).toMatch(/Record 1/)
    expect(JSON.stringify(error) + String(error)).not.toMatch(/hunter2/)
  })
})
