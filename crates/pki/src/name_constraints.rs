//! Name constraints (RFC 5280 §4.2.1.10, §6.1.3 (b), (c), §6.1.4 (g)).

use crate::certificate::Certificate;
use crate::general_name::GeneralName;
use crate::oid::{attribute, extension};
use crate::problem::{Problem, ProblemKind};
use crate::tlv::{Malformed, Tlv, tag};

/// Most comparisons of a name with a subtree along one chain. Real authorities need some hundreds; two crafted
/// certificates of a megabyte would make billions.
const MAX_COMPARISONS: usize = 1 << 18;

/// NameConstraints ::= SEQUENCE { permittedSubtrees \[0\] OPTIONAL, excludedSubtrees \[1\] OPTIONAL }
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NameConstraints {
    permitted: Vec<Subtree>,
    excluded: Vec<Subtree>,
}

/// GeneralSubtree ::= SEQUENCE { base GeneralName, minimum \[0\] DEFAULT 0, maximum \[1\] OPTIONAL }
#[derive(Clone, Debug, PartialEq, Eq)]
struct Subtree {
    base: GeneralName,
    /// minimum is 0 and there is no maximum, as the profile demands.
    plain: bool,
}

impl NameConstraints {
    pub(crate) fn read(value: Tlv<'_>) -> Result<Self, Malformed> {
        let mut reader = value.require(tag::SEQUENCE)?.reader();
        let permitted = read_subtrees(reader.optional(tag::context_constructed(0))?)?;
        let excluded = read_subtrees(reader.optional(tag::context_constructed(1))?)?;
        reader.finish()?;
        Ok(Self { permitted, excluded })
    }

    fn len(&self) -> usize {
        self.permitted.len() + self.excluded.len()
    }

    fn problem_of(&self, name: &GeneralName) -> Option<ProblemKind> {
        let of_form = |subtree: &&Subtree| subtree.base.form() == name.form();
        let relevant = || self.permitted.iter().chain(&self.excluded).filter(of_form);
        let handled = |subtree: &Subtree| subtree.plain && !matches!(subtree.base, GeneralName::Other(..));
        relevant().next()?;
        if matches!(name, GeneralName::Other(..)) || !relevant().all(handled) {
            return Some(ProblemKind::UnsupportedConstraint {
                oid: extension::NAME_CONSTRAINTS,
            });
        }
        let mut permitted = self.permitted.iter().filter(of_form).peekable();
        let allowed = permitted.peek().is_none() || permitted.any(|tree| is_within(name, &tree.base, true));
        let excluded = || {
            let mut trees = self.excluded.iter().filter(of_form);
            trees.any(|tree| is_within(name, &tree.base, false))
        };
        (!allowed || excluded()).then_some(ProblemKind::NameConstraint)
    }
}

fn read_subtrees(trees: Option<Tlv<'_>>) -> Result<Vec<Subtree>, Malformed> {
    let Some(trees) = trees else { return Ok(Vec::new()) };
    trees
        .reader()
        .map(|tree| {
            let mut reader = tree?.require(tag::SEQUENCE)?.reader();
            let base = GeneralName::read(reader.any()?);
            let minimum = reader.optional(tag::context(0))?;
            let maximum = reader.optional(tag::context(1))?;
            reader.finish()?;
            let plain = minimum.is_none_or(|one| one.value == [0]) && maximum.is_none();
            Ok(Subtree { base, plain })
        })
        .collect()
}

/// What the names of a chain violate. Every certificate is held against the constraints of all above it, the
/// anchor included; self-issued authorities are exempt (§6.1.3 (b)).
pub(crate) fn problems(chain: &[Certificate]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut comparisons = 0_usize;
    for (position, certificate) in chain.iter().enumerate() {
        let above: Vec<&NameConstraints> = chain[position + 1..]
            .iter()
            .filter_map(|one| one.known().name_constraints.as_ref())
            .collect();
        if above.is_empty() || (position > 0 && certificate.is_self_issued()) {
            continue;
        }
        let names = names_of(certificate);
        let subtrees: usize = above.iter().map(|constraints| constraints.len()).sum();
        comparisons = comparisons.saturating_add(names.len().saturating_mul(subtrees));
        let kind = if comparisons > MAX_COMPARISONS {
            Some(ProblemKind::SearchLimit)
        } else {
            let found = above
                .iter()
                .flat_map(|constraints| names.iter().filter_map(|name| constraints.problem_of(name)));
            found.max_by_key(ProblemKind::effect)
        };
        problems.extend(kind.map(|kind| Problem { position, kind }));
    }
    problems
}

/// Subject and alternative names; e-mail addresses in the subject count as rfc822Name. RFC 5280 asks for the
/// latter only where there are no alternative names; as OpenSSL does, they are never let through.
fn names_of(certificate: &Certificate) -> Vec<GeneralName> {
    let subject = certificate.subject_name();
    let mut names = certificate.known().alternative_names.clone();
    if !subject.is_empty() {
        names.push(GeneralName::Directory(subject.clone()));
    }
    let emails = subject
        .attributes()
        .filter(|(oid, _)| **oid == attribute::EMAIL)
        .filter_map(|(_, text)| text);
    names.extend(emails.map(|text| GeneralName::Email(text.to_owned())));
    names
}

/// Whether `name` lies in the subtree of `base`, both of one form. A name that its form cannot judge is outside
/// of what is permitted and inside of what is excluded; `unclear` is the answer for it.
fn is_within(name: &GeneralName, base: &GeneralName, permitting: bool) -> bool {
    let unclear = !permitting;
    match (name, base) {
        (GeneralName::Directory(name), GeneralName::Directory(base)) => name.is_within(base),
        (GeneralName::Email(name), GeneralName::Email(base)) => email_within(name, base).unwrap_or(unclear),
        (GeneralName::Dns(name), GeneralName::Dns(base)) => dns_within(name, base, permitting),
        (GeneralName::Uri(name), GeneralName::Uri(base)) => {
            uri_host(name).map_or(unclear, |host| host_within(host, base))
        }
        (GeneralName::Ip(name), GeneralName::Ip(base)) => ip_within(name, base).unwrap_or(unclear),
        _ => unclear,
    }
}

/// `base` is a mailbox, a host, or, with a leading dot, any host below a domain. The local part keeps its case
/// (§7.5).
fn email_within(name: &str, base: &str) -> Option<bool> {
    let (local, host) = name
        .rsplit_once('@')
        .filter(|(local, host)| !local.is_empty() && !host.is_empty())?;
    Some(match base.rsplit_once('@') {
        Some((base_local, base_host)) => local == base_local && host.eq_ignore_ascii_case(base_host),
        None => base.is_empty() || host_within(host, base),
    })
}

/// A host itself, or, with a leading dot, any host below it.
fn host_within(host: &str, base: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    if base.starts_with('.') {
        ends_with_ignoring_case(host, base) && host.len() > base.len()
    } else {
        host.eq_ignore_ascii_case(base)
    }
}

/// Any host made of `base` by adding labels to the left, itself included. A wildcard stands for every host
/// below its parent: it is excluded as soon as one of them is.
fn dns_within(name: &str, base: &str, permitting: bool) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let base = base.strip_suffix('.').unwrap_or(base);
    let below = |host: &str, domain: &str| {
        let dotted = host.len() > domain.len() && host.as_bytes()[host.len() - domain.len() - 1] == b'.';
        domain.is_empty()
            || host.eq_ignore_ascii_case(domain)
            || (ends_with_ignoring_case(host, domain) && (dotted || domain.starts_with('.')))
    };
    match name.strip_prefix("*.") {
        Some(parent) if !permitting => below(parent, base) || below(base, parent),
        _ => below(name, base),
    }
}

/// The host of a URI with an authority (RFC 3986 §3.2), if it is a name and not an address.
fn uri_host(uri: &str) -> Option<&str> {
    let rest = uri.split_once("://")?.1;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host_port = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = host_port.split(':').next()?;
    let address =
        host_port.starts_with('[') || host.bytes().all(|octet| octet.is_ascii_digit() || octet == b'.');
    (!host.is_empty() && !address).then_some(host)
}

/// `base` is an address and a mask of the same length; addresses of the other kind are outside.
fn ip_within(name: &[u8], base: &[u8]) -> Option<bool> {
    if !matches!(name.len(), 4 | 16) || !matches!(base.len(), 8 | 32) {
        return None;
    }
    let (network, mask) = base.split_at(base.len() / 2);
    let inside = network
        .iter()
        .zip(mask)
        .zip(name)
        .all(|((network, mask), octet)| network & mask == octet & mask);
    Some(name.len() == network.len() && inside)
}

fn ends_with_ignoring_case(text: &str, end: &str) -> bool {
    text.len()
        .checked_sub(end.len())
        .and_then(|start| text.get(start..))
        .is_some_and(|tail| tail.eq_ignore_ascii_case(end))
}
