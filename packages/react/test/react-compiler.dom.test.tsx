import { getConfig, render } from '@testing-library/react'
import { useState } from 'react'
import { expect, it } from 'vitest'
import { TokenGate, TokenProvider, useVaultMutation, useVaultQuery } from '../src/index.ts'
import { useOwner } from '../src/use-owner.ts'

const isPlain = !getConfig().reactStrictMode

it.skipIf(isPlain)('runs on sources and tests that React Compiler has compiled', () => {
  const Here = ({ name }: { name: string }) => <p>{name.toUpperCase()}</p>
  const ours = { TokenGate, TokenProvider, useOwner, useVaultMutation, useVaultQuery }
  // Where compiled code keeps what it made at the render before.
  const uncompiled = Object.entries({ ...ours, Here }).filter(
    ([, one]) => !/\$\[\d+\]/.test(one.toString()),
  )
  expect(uncompiled).toEqual([])
})

it.skipIf(isPlain)('runs under StrictMode', () => {
  let made = 0
  function Twice() {
    useState(() => (made += 1))
    return null
  }
  render(<Twice />)
  expect(made).toBe(2)
})
