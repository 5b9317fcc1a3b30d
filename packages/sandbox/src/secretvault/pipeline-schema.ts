/** Which stages a stored query may have. */
import type { JsonObject } from './coercion.ts'
import { createRecordValidator, type Refusal } from './json-schema.ts'

const OBJECT = { type: 'object' }
const STRING = { type: 'string' }
const EITHER = { oneOf: [STRING, OBJECT] }

/** In the order in which the real node's answer goes through them. */
const STAGES: Record<string, JsonObject> = {
  $match: OBJECT,
  $lookup: OBJECT,
  $project: OBJECT,
  $group: OBJECT,
  $sort: OBJECT,
  $limit: { type: 'number' },
  $skip: { type: 'number' },
  $unwind: EITHER,
  $addFields: OBJECT,
  $count: STRING,
  $replaceRoot: OBJECT,
  $facet: OBJECT,
  $bucket: OBJECT,
  $bucketAuto: OBJECT,
  $sortByCount: EITHER,
  $merge: OBJECT,
  $out: EITHER,
}

const PIPELINE = {
  type: 'array',
  items: {
    type: 'object',
    oneOf: Object.entries(STAGES).map(([stage, shape]) => ({
      properties: { [stage]: shape },
      required: [stage],
      additionalProperties: false,
    })),
  },
  minItems: 1,
}

/** @throws the refusal for a pipeline that is empty or has another stage. */
export function checkPipeline(pipeline: readonly JsonObject[], refuse: Refusal): void {
  createRecordValidator(PIPELINE, refuse)(pipeline)
}
