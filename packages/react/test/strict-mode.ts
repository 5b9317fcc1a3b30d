/** Renders every test of Testing Library under StrictMode. */
import { configure } from '@testing-library/react'

configure({ reactStrictMode: true })
