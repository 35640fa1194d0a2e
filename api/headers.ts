import { createHash } from 'node:crypto'
import type { FastifyHelmetOptions } from '@fastify/helmet'

/** What a page may do: load its own files, and nothing from anywhere else. */
const directives = (style: string) => ({
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  // The page's own style sheet stands in it; it alone is let through, by its hash.
  styleSrc: ["'self'", `'sha256-${createHash('sha256').update(style).digest('base64')}'`],
  fontSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
  formAction: ["'self'"],
  baseUri: ["'none'"],
  objectSrc: ["'none'"],
  frameAncestors: ["'none'"],
  // No text becomes markup or a script; Vue makes its own static parts under its own name.
  requireTrustedTypesFor: ["'script'"],
  trustedTypes: ['vue'],
})

const twoYears = 63_072_000
const permissions = 'camera=(), microphone=(), geolocation=(), payment=(), usb=()'

/** The headers of every reply that passes through a route; `style` is what the pages carry. */
export const helmetOptions = (https: boolean, style: string): FastifyHelmetOptions => ({
  contentSecurityPolicy: { useDefaults: false, directives: directives(style) },
  strictTransportSecurity: https ? { maxAge: twoYears, includeSubDomains: false } : false,
  referrerPolicy: { policy: 'no-referrer' },
  crossOriginEmbedderPolicy: false,
  xFrameOptions: { action: 'deny' },
})

/** What helmet does not know, on every reply. */
export const ownHeaders = { 'permissions-policy': permissions, 'cache-control': 'no-store' }

/** The same for a reply that no route gives: what arrived was no request, or no path. Nothing in it may be rendered. */
export const bareHeaders = (https: boolean): Record<string, string> => ({
  ...ownHeaders,
  'content-security-policy': "default-src 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  ...(https ? { 'strict-transport-security': `max-age=${twoYears}` } : {}),
})
