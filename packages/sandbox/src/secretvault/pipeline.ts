/** Runs an aggregation pipeline over the collections of one node. */
import { aggregate } from 'mingo'
import { isObject, type JsonObject } from './coercion.ts'
import type { Collection } from './collection.ts'
import type { Database } from './database.ts'
import { asDatabaseStep } from './errors.ts'

/** The rows of the last stage; none where it writes them to a collection (`$out`, `$merge`). */
export function runPipeline(
  source: Collection,
  pipeline: readonly JsonObject[],
  collections: Database,
): JsonObject[] {
  return asDatabaseStep('runAggregation', () => {
    const target = targetOf(pipeline.at(-1) ?? {})
    if (target === undefined) return runStages(source, pipeline, collections)
    writeStages({ source, pipeline, collections, target })
    return []
  })
}

function runStages(
  source: Collection,
  pipeline: readonly JsonObject[],
  collections: Database,
): JsonObject[] {
  return aggregate(source.records(), [...pipeline], {
    scriptEnabled: false,
    collectionResolver: (name) => collections.get(name)?.records() ?? [],
  })
}

interface Write {
  source: Collection
  pipeline: readonly JsonObject[]
  collections: Database
  target: string
}

function writeStages({ source, pipeline, collections, target }: Write): void {
  const collection = collections.ensure(target)
  const stages = pipeline.slice(0, -1)
  const last = pipeline.at(-1) ?? {}
  const rows = runStages(source, stages, collections)
  if ('$out' in last) return collection.replaceAll(rows)
  const merged = collection.records()
  aggregate(rows, [last], { scriptEnabled: false, collectionResolver: () => merged })
  collection.replaceAll(merged)
}

function targetOf(stage: JsonObject): string | undefined {
  const { $out, $merge } = stage
  const target = $out ?? (isObject($merge) ? $merge['into'] : $merge)
  const name = isObject(target) ? target['coll'] : target
  return typeof name === 'string' ? name : undefined
}
