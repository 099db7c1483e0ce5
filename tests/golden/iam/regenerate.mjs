// Makes cases.jsonl.gz: generated IAM questions, each with the verdict of a judge that we did not write.
// The same seed gives the same file. README.md says how to run it and which questions are left out.

import { writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { runSimulation } from '@cloud-copilot/iam-simulate'

const US = '111111111111'
const THEM = '222222222222'
const USER = `arn:aws:iam::${US}:user/ops/ann`
const ROLE = `arn:aws:iam::${US}:role/runner`
const SESSION = `arn:aws:sts::${US}:assumed-role/runner/run-1`
const VERDICTS = { Allowed: 'allow', ExplicitlyDenied: 'explicit deny', ImplicitlyDenied: 'implicit deny' }

let state = 20250607
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  return state / 2 ** 32
}
const pick = (list) => list[Math.floor(random() * list.length)]
const some = (list, most) => Array.from({ length: 1 + Math.floor(random() * most) }, () => pick(list))
const maybe = (chance, make) => (random() < chance ? make() : undefined)
const policy = (...statements) => ({ Version: '2012-10-17', Statement: statements })
const allow = (parts) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...parts })
const deny = (parts) => ({ ...allow(parts), Effect: 'Deny' })
const EVERYTHING = policy(allow({}))
const ELSEWHERE = policy(allow({ Action: 'cloudfront:*' }))

// What is asked: an action, a resource that it really has, and keys that it really fills in.
const SUBJECTS = [
  { action: 'sqs:SendMessage', resource: (a) => `arn:aws:sqs:eu-west-1:${a}:containment-dead-letters` },
  { action: 'sns:Publish', resource: (a) => `arn:aws:sns:eu-west-1:${a}:people` },
  { action: 'dynamodb:PutItem', resource: (a) => `arn:aws:dynamodb:eu-west-1:${a}:table/containment-state` },
  { action: 'ec2:DeleteSecurityGroup', resource: (a) => `arn:aws:ec2:eu-west-1:${a}:security-group/sg-0a1` },
  { action: 'ec2:StopInstances', resource: (a) => `arn:aws:ec2:eu-central-1:${a}:instance/i-0a1` },
  { action: 'events:PutEvents', resource: (a) => `arn:aws:events:eu-west-1:${a}:event-bus/containment-ledger` },
  { action: 'ssm:GetDocument', resource: (a) => `arn:aws:ssm:eu-west-1:${a}:document/containment-isolate-instance` },
  { action: 'iam:PassRole', resource: (a) => `arn:aws:iam::${a}:role/containment-isolate-instance` },
  { action: 'iam:AttachRolePolicy', resource: (a) => `arn:aws:iam::${a}:role/application` },
  { action: 'ec2:DescribeInstances', resource: () => '*' },
  { action: 'ssm:DescribeAutomationExecutions', resource: () => '*' },
]

const ACTIONS = (action) => {
  const [service, name] = action.split(':')
  return [
    '*', action, action.toLowerCase(), `${service}:*`, `${service.toUpperCase()}:${name}`,
    `${service}:${name.slice(0, 4)}*`, `${service}:*${name.slice(-5)}`, `${service}:${name.slice(0, -1)}?`,
    `${service}:${name}?`, `${service}:Nothing`, 'cloudfront:*', `${service}:?*`,
  ]
}

const RESOURCES = (arn) => {
  if (arn === '*') return ['*', 'arn:aws:ec2:*:*:instance/*', 'arn:aws:ssm:*:*:*']
  const parts = arn.split(':')
  const last = parts[5]
  const as = (index, text) => parts.map((part, i) => (i === index ? text : part)).join(':')
  return [
    '*', arn, as(5, '*'), as(4, '*'), as(3, '*'), as(3, 'eu-*'), as(3, 'us-east-1'), as(4, '999999999999'),
    as(4, '1111*'), as(1, '*'), as(5, `${last.slice(0, 5)}*`), as(5, `*${last.slice(-4)}`),
    as(5, `${last.slice(0, -1)}?`), as(5, `${last}?`), as(5, last.toUpperCase()), as(5, `${last.slice(0, 3)}*${last.slice(-2)}`),
    `arn:aws:${parts[2]}:*`, `arn:aws:${parts[2]}:*:*:*`, `arn:aws:${parts[2]}:*:*`, as(2, 'lambda'), as(5, '?'.repeat(last.length)),
  ]
}

// Condition keys with plausible values, and texts to compare them with.
const WORDS = ['red', 'Red', 'r*', 'r?d', 'blue', '*', 'gr*n', 'green', 'a${*}b', 'a*b']
const ARNS = [`arn:aws:events:eu-west-1:${US}:rule/containment-a`, `arn:aws:events:*:${US}:rule/*`, `arn:aws:events:eu-west-1:*:rule/containment-?`,
  `arn:aws:iam::${US}:role/runner`, 'arn:aws:iam::*:role/*', `arn:aws:*:*:*:*`, 'arn:aws:iam::*:role/run?er', `arn:aws:iam::${THEM}:role/runner`]
const KEYS = {
  string: { keys: ['aws:username', 'aws:PrincipalTag/team', 'aws:RequestTag/colour', 'aws:PrincipalOrgID', 'aws:SourceAccount'],
    values: ['red', 'Red', 'blue', 'green', 'axb', 'a*b', ''].slice(0, 6), texts: WORDS,
    operators: ['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', 'StringLike', 'StringNotLike'] },
  numeric: { keys: ['aws:MultiFactorAuthAge'], values: ['10', '300', '300.5', '-1'], texts: ['10', '300', '300.0', '5', '1000'],
    operators: ['NumericEquals', 'NumericNotEquals', 'NumericLessThan', 'NumericLessThanEquals', 'NumericGreaterThan', 'NumericGreaterThanEquals'] },
  date: { keys: ['aws:CurrentTime', 'aws:TokenIssueTime'], values: ['2025-06-01T10:00:00Z', '2024-01-01T00:00:00Z', '2026-02-03T04:05:06Z'],
    texts: ['2025-06-01T10:00:00Z', '2025-01-01T00:00:00Z', '2023-07-01', '2026-02-03T04:05:06Z'],
    operators: ['DateEquals', 'DateNotEquals', 'DateLessThan', 'DateLessThanEquals', 'DateGreaterThan', 'DateGreaterThanEquals'] },
  bool: { keys: ['aws:SecureTransport', 'aws:MultiFactorAuthPresent'], values: ['true', 'false'], texts: ['true', 'false', 'TRUE', 'False'], operators: ['Bool'] },
  address: { keys: ['aws:SourceIp'], values: ['10.1.2.3', '192.168.4.5', '2001:db8:1::1', '203.0.113.9'],
    texts: ['10.0.0.0/8', '192.168.0.0/16', '2001:db8::/32', '203.0.113.9/32', '10.1.2.0/24', '0.0.0.0/1'], operators: ['IpAddress', 'NotIpAddress'] },
  arn: { keys: ['aws:PrincipalArn', 'aws:SourceArn'], values: [ARNS[0], ROLE, `arn:aws:iam::${THEM}:role/runner`], texts: ARNS,
    operators: ['ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike'] },
  several: { keys: ['aws:TagKeys', 'aws:PrincipalOrgPaths'], values: ['red', 'blue', 'green', 'Red'], texts: WORDS.slice(0, 8), several: true,
    operators: ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike', 'StringEqualsIgnoreCase'] },
}

function condition(context) {
  const kind = KEYS[pick(Object.keys(KEYS))]
  const key = pick(kind.keys)
  let present = key in context
  if (!present && random() < 0.8) {
    context[key] = kind.several ? [...new Set(some(kind.values, 3))] : pick(kind.values)
    present = true
  }
  const cased = random() < 0.2 ? key.toLowerCase() : key
  if (random() < 0.1) return { Null: { [cased]: pick(['true', 'false']) } }
  const quantifier = kind.several ? pick(['ForAnyValue:', 'ForAllValues:']) : ''
  // ForAnyValue with IfExists on an absent key is left out: AWS says nothing, evaluators disagree.
  const suffix = random() < 0.25 && (present || quantifier !== 'ForAnyValue:') ? 'IfExists' : ''
  const operator = pick(kind.operators)
  const texts = some(kind.texts.filter((text) => operator.endsWith('Like') || !text.includes('${')), 3)
  return { [`${quantifier}${operator}${suffix}`]: { [cased]: random() < 0.3 ? texts[0] : texts } }
}

const conditions = (context, most) => Object.assign({}, ...Array.from({ length: Math.floor(random() * (most + 1)) }, () => condition(context)))

// Variables with a value, with a default, and without; the last only under operators that then cannot match.
function variable(context) {
  const name = pick(['aws:username', 'aws:PrincipalTag/team', 'aws:SourceAccount'])
  const value = pick(['red', 'blue', 'containment-state'])
  if (random() < 0.7) context[name] = value
  const text = random() < 0.4 ? `\${${name}, '${pick(['red', 'none'])}'}` : `\${${name}}`
  const other = 'aws:PrincipalOrgID'
  if (random() < 0.9) context[other] = pick(['red', 'blue', 'none', 'x-red-y'])
  const written = pick([text, `x-${text}-y`, `*${text}*`])
  return { [pick(['StringEquals', 'StringLike', 'StringEqualsIgnoreCase'])]: { [other]: written } }
}

function subject(account) {
  const { action, resource } = pick(SUBJECTS)
  return { action, resource: resource(account) }
}

function statement(asked, context, most) {
  const parts = { Effect: random() < 0.75 ? 'Allow' : 'Deny' }
  if (random() < 0.85) parts.Action = some(ACTIONS(asked.action), 2)
  else parts.NotAction = some(ACTIONS(asked.action).slice(1), 2)
  if (random() < 0.8) parts.Resource = some(RESOURCES(asked.resource), 2)
  else parts.NotResource = some(RESOURCES(asked.resource).slice(1), 2)
  const block = conditions(context, most)
  if (Object.keys(block).length) parts.Condition = block
  return parts
}

const CALLERS = [USER, SESSION]
function principal(caller) {
  if (!caller.startsWith('arn:')) return pick(['*', { Service: caller }, { Service: 'ssm.amazonaws.com' }, { AWS: US }, { Service: ['ssm.amazonaws.com', caller] }])
  return pick([
    { AWS: caller }, { AWS: caller === SESSION ? ROLE : caller }, { AWS: `arn:aws:iam::${US}:root` }, { AWS: US }, '*', { AWS: '*' },
    { AWS: `arn:aws:iam::${THEM}:root` }, { AWS: `arn:aws:iam::${US}:user/nobody` }, { Service: 'events.amazonaws.com' },
    { AWS: [`arn:aws:iam::${THEM}:role/x`, caller] }, { Service: 'ssm.amazonaws.com', AWS: US },
  ])
}

const FAMILIES = {
  actions() {
    const asked = subject(US)
    return { asked, identity: [policy({ ...allow({}), Action: some(ACTIONS(asked.action), 2) }), ...(maybe(0.3, () => [policy(deny({ Action: undefined, NotAction: some(ACTIONS(asked.action).slice(1), 2) }))]) ?? [])] }
  },
  resources() {
    const asked = subject(US)
    const parts = random() < 0.75 ? { Resource: some(RESOURCES(asked.resource), 2) } : { Resource: undefined, NotResource: some(RESOURCES(asked.resource).slice(1), 2) }
    return { asked, identity: [policy(allow(parts)), ...(maybe(0.2, () => [policy(deny({ Resource: some(RESOURCES(asked.resource), 1) }))]) ?? [])] }
  },
  conditions() {
    const context = {}
    const identity = [policy(allow({ Condition: Object.assign(condition(context), random() < 0.4 ? condition(context) : {}) }))]
    if (random() < 0.3) identity.push(policy(deny({ Condition: condition(context) })))
    return { asked: subject(US), context, identity }
  },
  variables() {
    const context = {}
    if (random() < 0.3) {
      const asked = { action: 'dynamodb:PutItem', resource: `arn:aws:dynamodb:eu-west-1:${US}:table/containment-state` }
      const name = 'aws:PrincipalTag/team'
      if (random() < 0.7) context[name] = pick(['containment-state', 'state', 'other', '*'])
      const text = random() < 0.3 ? `\${${name}, 'containment-state'}` : `\${${name}}`
      const where = `arn:aws:dynamodb:eu-west-1:${US}:table/${pick([text, `containment-${text}`, `*${text}`])}`
      return { asked, context, identity: [policy(allow({ Resource: where }))] }
    }
    const identity = [policy(allow({ Condition: variable(context) }))]
    if (random() < 0.3) identity.push(policy(deny({ Condition: variable(context) })))
    return { asked: subject(US), context, identity }
  },
  resource_policies() {
    const account = pick([US, US, THEM])
    const caller = pick(CALLERS)
    const asked = { action: 'sqs:SendMessage', resource: `arn:aws:sqs:eu-west-1:${account}:containment-dead-letters` }
    const context = {}
    const who = principal(caller)
    const resource = policy({ ...statement(asked, context, 1), Principal: who }, ...(maybe(0.4, () => [{ ...statement(asked, context, 1), Principal: principal(caller) }]) ?? []))
    const limits = { boundary: maybe(0.3, () => pick([EVERYTHING, ELSEWHERE])) }
    // A session named as such, under a session policy, is left out: AWS says that the grant goes past it.
    const named = JSON.stringify(resource).includes('assumed-role')
    if (caller === SESSION && !named) limits.session = maybe(0.3, () => pick([EVERYTHING, ELSEWHERE]))
    return { asked, context, caller, account, identity: maybe(0.5, () => [EVERYTHING]) ?? [], resource, ...limits }
  },
  grants() {
    const account = pick([US, US, US, THEM])
    const caller = pick([USER, SESSION, SESSION])
    const asked = { action: 'sqs:SendMessage', resource: `arn:aws:sqs:eu-west-1:${account}:containment-dead-letters` }
    const resource = policy(...Array.from({ length: pick([1, 1, 2]) }, () => ({ ...allow({}), Principal: principal(caller) })))
    const named = JSON.stringify(resource).includes('assumed-role')
    const session = caller === SESSION && !named ? maybe(0.5, () => pick([EVERYTHING, ELSEWHERE])) : undefined
    const levels = maybe(0.2, () => [[EVERYTHING], [pick([EVERYTHING, ELSEWHERE])]]) ?? []
    return { asked, caller, account, identity: maybe(0.5, () => [pick([EVERYTHING, ELSEWHERE])]) ?? [], resource, session, levels, boundary: maybe(0.5, () => pick([EVERYTHING, ELSEWHERE])) }
  },
  services() {
    const asked = pick([
      { action: 'sqs:SendMessage', resource: `arn:aws:sqs:eu-west-1:${US}:containment-dead-letters` },
      { action: 'sns:Publish', resource: `arn:aws:sns:eu-west-1:${US}:people` },
    ])
    const context = random() < 0.8 ? { 'aws:SourceArn': pick(KEYS.arn.values), 'aws:SourceAccount': pick([US, THEM]) } : {}
    const guard = pick([{}, { ArnLike: { 'aws:SourceArn': pick(ARNS) } }, { StringEquals: { 'aws:SourceAccount': US } }, { ArnEquals: { 'aws:SourceArn': pick(ARNS) }, StringEquals: { 'aws:SourceAccount': US } }])
    const resource = policy({ ...allow({ Condition: guard }), Principal: principal('events.amazonaws.com') }, ...(maybe(0.2, () => [{ ...deny({ Condition: { StringNotEquals: { 'aws:SourceAccount': US } } }), Principal: '*' }]) ?? []))
    return { asked, context, caller: 'events.amazonaws.com', resource }
  },
  trust() {
    const account = pick([US, THEM])
    const caller = pick([...CALLERS, 'events.amazonaws.com'])
    const asked = { action: 'sts:AssumeRole', resource: `arn:aws:iam::${account}:role/target` }
    const context = random() < 0.6 ? { 'aws:PrincipalOrgID': pick(['o-ours', 'o-theirs']), 'aws:PrincipalArn': ROLE } : {}
    const guard = pick([undefined, undefined, { StringEquals: { 'aws:PrincipalOrgID': 'o-ours' } }, { ArnLike: { 'aws:PrincipalArn': pick(ARNS) } }])
    const { Resource, ...parts } = allow({ Action: pick(['sts:AssumeRole', 'sts:*', 'sts:AssumeRole*', 'sts:TagSession']), ...(guard ? { Condition: guard } : {}) })
    const identity = caller.startsWith('arn:') ? (maybe(0.5, () => [pick([EVERYTHING, policy(allow({ Action: 'sts:AssumeRole', Resource: 'arn:aws:iam::*:role/tar*' }))])]) ?? []) : []
    return { asked, context, caller, account, identity, resource: policy({ ...parts, Principal: principal(caller) }) }
  },
  keys() {
    const asked = { action: pick(['kms:Encrypt', 'kms:Decrypt']), resource: `arn:aws:kms:eu-west-1:${US}:key/11111111-2222-3333-4444-555555555555` }
    const caller = pick(CALLERS)
    const resource = maybe(0.85, () => policy({ ...allow({ Action: pick(['kms:*', 'kms:Encrypt', '*']) }), Principal: principal(caller) }))
    return { asked, caller, identity: maybe(0.5, () => [EVERYTHING]) ?? [], resource }
  },
  organisation() {
    const asked = subject(US)
    const context = {}
    const level = () => some([EVERYTHING, EVERYTHING, EVERYTHING, ELSEWHERE, policy(statement(asked, context, 1)), policy(allow({}), { ...statement(asked, context, 1), Effect: 'Deny' })], 2)
    return { asked, context, caller: pick(CALLERS), identity: [EVERYTHING], levels: Array.from({ length: 1 + Math.floor(random() * 3) }, level), boundary: maybe(0.3, () => pick([EVERYTHING, ELSEWHERE, policy(statement(asked, context, 1))])) }
  },
  everything() {
    const account = pick([US, US, US, THEM])
    const caller = pick(CALLERS)
    const asked = pick([subject(account), { action: 'sqs:SendMessage', resource: `arn:aws:sqs:eu-west-1:${account}:containment-dead-letters` }])
    const context = {}
    const made = (most) => policy(...Array.from({ length: 1 + Math.floor(random() * 3) }, () => statement(asked, context, most)))
    const queue = asked.action.startsWith('sqs:')
    const resource = queue ? maybe(0.6, () => policy({ ...statement(asked, context, 1), Principal: principal(caller) })) : undefined
    return {
      asked, context, caller, account, resource, identity: [made(2), ...(maybe(0.4, () => [made(2)]) ?? [])],
      boundary: maybe(0.3, () => pick([EVERYTHING, made(1)])), levels: maybe(0.4, () => [[EVERYTHING], [pick([EVERYTHING, made(1)])]]) ?? [],
    }
  },
}

const COUNTS = { actions: 250, resources: 450, conditions: 900, variables: 250, resource_policies: 400, grants: 300, services: 150, trust: 200, keys: 80, organisation: 200, everything: 500 }

async function judged(family) {
  const { asked, context = {}, caller = USER, account = US, identity = [], resource, boundary, session, levels = [] } = FAMILIES[family]()
  const named = (policies, prefix) => policies.map((one, index) => ({ name: `${prefix}-${index}`, policy: one }))
  const answer = await runSimulation({
    request: { principal: caller, action: asked.action, resource: { resource: asked.resource, accountId: account }, contextVariables: context },
    identityPolicies: named(identity, 'identity').map(({ name, policy: one }) => ({ name, policy: JSON.parse(JSON.stringify(one)) })),
    resourcePolicy: resource && JSON.parse(JSON.stringify(resource)),
    permissionBoundaryPolicies: boundary && named([boundary], 'boundary'),
    sessionPolicy: session,
    serviceControlPolicies: levels.map((policies, index) => ({ orgIdentifier: `level-${index}`, policies: named(policies, `level-${index}`) })),
    resourceControlPolicies: [],
  }, {})
  // A question that the judge refuses (a malformed policy) or whose keys it drops is not asked.
  if (answer.resultType !== 'single' || answer.result.ignoredContextKeys.length) return undefined
  return { family, caller, account, ...asked, context, identity, resource_policy: resource, boundary, session, levels, verdict: VERDICTS[answer.overallResult] }
}

const lines = new Set()
for (const [family, count] of Object.entries(COUNTS)) {
  const before = lines.size
  for (let tries = 0; lines.size - before < count && tries < count * 20; tries++) {
    const one = await judged(family)
    if (one) lines.add(JSON.stringify(one))
  }
  console.log(`${family}: ${lines.size - before}`)
}
writeFileSync(new URL('cases.jsonl.gz', import.meta.url), gzipSync([...lines].join('\n') + '\n', { level: 9 }))
console.log(`${lines.size} cases`)
