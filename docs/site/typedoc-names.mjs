// Calls each entry in the API reference what a reader imports it by.
import { Converter, ReflectionKind } from 'typedoc'
import { publicEntries } from './entries.mjs'

const names = new Map(publicEntries().map(({ name, source }) => [source, name]))

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    if (!reflection.kindOf(ReflectionKind.Module)) return
    const [declaration] = context.getSymbolFromReflection(reflection)?.declarations ?? []
    reflection.name = names.get(declaration?.getSourceFile().fileName) ?? reflection.name
  })
}
