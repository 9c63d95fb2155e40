//! Certificate policies (RFC 5280 §6.1.2–6.1.5) on the policy graph of RFC 9618, whose size is linear in that of
//! the certificates where the tree of RFC 5280 can be made to explode.

use std::collections::BTreeMap;

use const_oid::ObjectIdentifier as Oid;

use crate::certificate::Certificate;
use crate::oid::extension::ANY_POLICY;
use crate::problem::{Problem, ProblemKind};
use crate::requirements::Requirements;
use crate::tlv::{Malformed, Tlv, tag};

/// policyConstraints and inhibitAnyPolicy (RFC 5280 §4.2.1.11, §4.2.1.14): how many more certificates may pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PolicyConstraints {
    pub require_explicit: Option<u32>,
    pub inhibit_mapping: Option<u32>,
    pub inhibit_any: Option<u32>,
}

impl PolicyConstraints {
    /// PolicyConstraints ::= SEQUENCE { requireExplicitPolicy \[0\] OPTIONAL, inhibitPolicyMapping \[1\] OPTIONAL }
    pub(crate) fn take(&mut self, value: Tlv<'_>) -> Result<(), Malformed> {
        let mut reader = value.require(tag::SEQUENCE)?.reader();
        let skip = |field: Tlv<'_>| crate::tlv::small(field.value).ok_or(Malformed::Value("SkipCerts"));
        self.require_explicit = reader.optional(tag::context(0))?.map(skip).transpose()?;
        self.inhibit_mapping = reader.optional(tag::context(1))?.map(skip).transpose()?;
        reader.finish()
    }
}

/// certificatePolicies ::= SEQUENCE OF SEQUENCE { policyIdentifier, policyQualifiers OPTIONAL } (§4.2.1.4)
pub(crate) fn read_policies(value: Tlv<'_>) -> Result<Vec<Oid>, Malformed> {
    value
        .require(tag::SEQUENCE)?
        .reader()
        .map(|policy| policy?.require(tag::SEQUENCE)?.reader().any()?.oid())
        .collect()
}

/// PolicyMappings ::= SEQUENCE OF SEQUENCE { issuerDomainPolicy, subjectDomainPolicy } (§4.2.1.5)
pub(crate) fn read_mappings(value: Tlv<'_>) -> Result<Vec<(Oid, Oid)>, Malformed> {
    value
        .require(tag::SEQUENCE)?
        .reader()
        .map(|mapping| {
            let mut reader = mapping?.require(tag::SEQUENCE)?.reader();
            let pair = (reader.any()?.oid()?, reader.any()?.oid()?);
            reader.finish()?;
            Ok(pair)
        })
        .collect()
}

/// A node of the graph; its depth is that of its level.
struct Node {
    policy: Oid,
    expected: Vec<Oid>,
    /// Places in the level above.
    parents: Vec<usize>,
}

/// The variables of §6.1.2 as they change along the path.
struct State {
    /// `None` once no policy holds for all certificates so far (NULL).
    levels: Option<Vec<Vec<Node>>>,
    explicit: usize,
    mapping: usize,
    any: usize,
}

/// Policies under which a whole chain holds, in the terms of the anchor and within those wanted (the
/// user-constrained-policy-set), or what forbids it. The chain starts with the judged certificate and ends in the
/// anchor, which takes no part. anyPolicy stands for every policy.
pub(crate) fn process(chain: &[Certificate], requirements: &Requirements) -> Result<Vec<Oid>, Problem> {
    let path = &chain[..chain.len().saturating_sub(1)];
    let count = path.len();
    let initial = |forbidden| if forbidden { 0 } else { count + 1 };
    let root = Node {
        policy: ANY_POLICY,
        expected: vec![ANY_POLICY],
        parents: Vec::new(),
    };
    let mut state = State {
        levels: Some(vec![vec![root]]),
        explicit: initial(requirements.explicit_policy),
        mapping: initial(requirements.inhibit_mapping),
        any: initial(requirements.inhibit_any_policy),
    };
    for (position, certificate) in path.iter().enumerate().rev() {
        let at = |kind| Problem { position, kind };
        state.add(certificate, position == 0);
        if state.explicit == 0 && state.levels.is_none() {
            return Err(at(ProblemKind::PolicyRequired));
        }
        if position > 0 {
            state.prepare(certificate).map_err(at)?;
        }
    }
    if let Some(last) = path.first() {
        state.explicit = state.explicit.saturating_sub(1);
        if last.known().policy_constraints.require_explicit == Some(0) {
            state.explicit = 0;
        }
    }
    let policies = wanted(state.authority_constrained(), &requirements.policies);
    if state.explicit == 0 && policies.is_empty() {
        return Err(Problem {
            position: 0,
            kind: ProblemKind::PolicyRequired,
        });
    }
    Ok(policies)
}

impl State {
    /// §6.1.3 (d) and (e).
    fn add(&mut self, certificate: &Certificate, last: bool) {
        let Some(policies) = &certificate.known().policies else {
            self.levels = None;
            return;
        };
        let Some(levels) = &mut self.levels else { return };
        let Some(above) = levels.last() else { return };
        let mut expected: BTreeMap<Oid, Vec<usize>> = BTreeMap::new();
        for (place, node) in above.iter().enumerate() {
            for policy in &node.expected {
                expected.entry(*policy).or_default().push(place);
            }
        }
        let any_above = above.iter().position(|node| node.policy == ANY_POLICY);
        let mut level: BTreeMap<Oid, Vec<usize>> = BTreeMap::new();
        for policy in policies.iter().filter(|policy| **policy != ANY_POLICY) {
            let parents = expected.get(policy).cloned();
            if let Some(parents) = parents.or_else(|| any_above.map(|place| vec![place])) {
                level.insert(*policy, parents);
            }
        }
        let any_counts = self.any > 0 || (!last && certificate.is_self_issued());
        if any_counts && policies.contains(&ANY_POLICY) {
            for (policy, parents) in expected {
                level.entry(policy).or_insert(parents);
            }
        }
        if level.is_empty() {
            self.levels = None;
        } else {
            let nodes = level.into_iter().map(|(policy, parents)| Node {
                policy,
                expected: vec![policy],
                parents,
            });
            levels.push(nodes.collect());
        }
    }

    /// §6.1.4 (a), (b), (h), (i), (j).
    fn prepare(&mut self, certificate: &Certificate) -> Result<(), ProblemKind> {
        let known = certificate.known();
        let mut mapped: BTreeMap<Oid, Vec<Oid>> = BTreeMap::new();
        for (issuer, subject) in &known.mappings {
            if *issuer == ANY_POLICY || *subject == ANY_POLICY {
                return Err(ProblemKind::PolicyMapping);
            }
            mapped.entry(*issuer).or_default().push(*subject);
        }
        self.map(mapped);
        if !certificate.is_self_issued() {
            for counter in [&mut self.explicit, &mut self.mapping, &mut self.any] {
                *counter = counter.saturating_sub(1);
            }
        }
        let constraints = known.policy_constraints;
        for (counter, limit) in [
            (&mut self.explicit, constraints.require_explicit),
            (&mut self.mapping, constraints.inhibit_mapping),
            (&mut self.any, constraints.inhibit_any),
        ] {
            *counter = limit.map_or(*counter, |limit| (*counter).min(limit as usize));
        }
        Ok(())
    }

    fn map(&mut self, mapped: BTreeMap<Oid, Vec<Oid>>) {
        let Some(level) = self.levels.as_mut().and_then(|levels| levels.last_mut()) else {
            return;
        };
        if self.mapping == 0 {
            level.retain(|node| !mapped.contains_key(&node.policy));
            if level.is_empty() {
                self.levels = None;
            }
            return;
        }
        let under_any = level
            .iter()
            .find(|node| node.policy == ANY_POLICY)
            .map(|node| node.parents.clone());
        for (policy, expected) in mapped {
            match level.iter_mut().find(|node| node.policy == policy) {
                Some(node) => node.expected = expected,
                None => level.extend(under_any.clone().map(|parents| Node {
                    policy,
                    expected,
                    parents,
                })),
            }
        }
    }

    /// The policies of the anchor's domain that lead to the last certificate (RFC 9618 §5.4); anyPolicy if it
    /// reaches that far.
    fn authority_constrained(&self) -> Vec<Oid> {
        let mut policies = Vec::new();
        let Some(levels) = &self.levels else {
            return policies;
        };
        let mut alive: Vec<bool> = levels
            .last()
            .map(|last| vec![true; last.len()])
            .unwrap_or_default();
        if let Some(last) = levels.last() {
            policies.extend(
                last.iter()
                    .map(|node| node.policy)
                    .find(|policy| *policy == ANY_POLICY),
            );
        }
        for pair in levels.windows(2).rev() {
            let [above, level] = pair else { continue };
            let mut alive_above = vec![false; above.len()];
            for (node, _) in level.iter().zip(&alive).filter(|(_, alive)| **alive) {
                for &parent in &node.parents {
                    alive_above[parent] = true;
                    let domain = above[parent].policy == ANY_POLICY && node.policy != ANY_POLICY;
                    if domain && !policies.contains(&node.policy) {
                        policies.push(node.policy);
                    }
                }
            }
            alive = alive_above;
        }
        policies
    }
}

/// §6.1.5 (g): of the policies that hold, those wanted; an empty wish, or anyPolicy in it, wants all.
fn wanted(holding: Vec<Oid>, wish: &[Oid]) -> Vec<Oid> {
    if wish.is_empty() || wish.contains(&ANY_POLICY) {
        holding
    } else if holding.contains(&ANY_POLICY) {
        wish.to_vec()
    } else {
        holding
            .into_iter()
            .filter(|policy| wish.contains(policy))
            .collect()
    }
}
