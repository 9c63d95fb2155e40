//! Name constraints of every form, and policies that would make a tree explode.

use std::time::{Duration, Instant};

use kabinet_pki::oid::{attribute, extension as id};
use kabinet_pki::tlv::{tag, write};
use kabinet_pki::{
    DistinguishedName, Evidence, Extension, Oid, Problem, Purpose, Requirements, Status, Trust, Verdict,
    validate_with,
};

use crate::authority::now;
use crate::made::{Made, Plan, extension, policies};

const EMAIL: u8 = tag::context(1);
const DNS: u8 = tag::context(2);
const URI: u8 = tag::context(6);
const IP: u8 = tag::context(7);

fn requirements() -> Requirements {
    Requirements {
        revocation: false,
        ..Requirements::new(Purpose::Any)
    }
}

fn judge(leaf: &Made, above: &[&Made], root: &Made) -> Verdict {
    let trust = Trust {
        anchors: vec![root.certificate.clone()],
        intermediates: above.iter().map(|one| one.certificate.clone()).collect(),
    };
    validate_with(
        &leaf.certificate,
        &trust,
        &Evidence::default(),
        now(),
        &requirements(),
    )
}

fn codes(verdict: &Verdict) -> Vec<&'static str> {
    verdict.problems.iter().map(Problem::code).collect()
}

/// nameConstraints with one subtree; `list` is 0 for permitted, 1 for excluded.
fn constraints(list: u8, base: &[u8]) -> Extension {
    let subtree = write::sequence(&[base]);
    let value = write::sequence(&[write::context_constructed(list, &subtree)]);
    extension(id::NAME_CONSTRAINTS, true, value)
}

fn alternative(name: &[u8]) -> Extension {
    extension(id::SUBJECT_ALT_NAME, false, write::sequence(&[name]))
}

/// Codes for a leaf with one alternative name under an authority with one subtree.
fn under(list: u8, base: &[u8], name: &[u8]) -> Vec<&'static str> {
    let root = Made::root(Plan::authority("корень"));
    let authority = root.issue(Plan::authority("УЦ").with(constraints(list, base)));
    let leaf = authority.issue(Plan::named("лист").with(alternative(name)));
    codes(&judge(&leaf, &[&authority], &root))
}

#[test]
fn names_of_every_form_are_held_to_their_subtree() {
    let octets = |text: &str| text.as_bytes().to_vec();
    let ip = |text: &[u8]| text.to_vec();
    for (form, base, inside, outside) in [
        (
            DNS,
            octets("example.org"),
            octets("a.EXAMPLE.org"),
            octets("badexample.org"),
        ),
        (DNS, octets("example.org"), octets("example.org."), octets("org")),
        (DNS, octets(""), octets("any.test"), Vec::new()),
        (
            EMAIL,
            octets("example.org"),
            octets("a@Example.org"),
            octets("a@b.example.org"),
        ),
        (
            EMAIL,
            octets(".example.org"),
            octets("a@b.example.org"),
            octets("a@example.org"),
        ),
        (
            EMAIL,
            octets("a@example.org"),
            octets("a@EXAMPLE.org"),
            octets("A@example.org"),
        ),
        (
            URI,
            octets("host.test"),
            octets("http://u@host.test:8/x@y"),
            octets("http://a.host.test/"),
        ),
        (
            URI,
            octets(".host.test"),
            octets("ftp://a.host.test"),
            octets("http://host.test/"),
        ),
        (
            URI,
            octets("host.test"),
            octets("HTTP://HOST.TEST."),
            octets("http://[::1]/host.test"),
        ),
        (
            IP,
            ip(&[10, 0, 0, 0, 255, 0, 0, 0]),
            ip(&[10, 9, 8, 7]),
            ip(&[11, 0, 0, 1]),
        ),
        (IP, ip(&[0; 32]), ip(&[1; 16]), ip(&[10, 0, 0, 1])),
    ] {
        let base = write::value(form, &base);
        let [inside_name, outside_name] = [write::value(form, &inside), write::value(form, &outside)];
        assert_eq!(
            under(0, &base, &inside_name),
            [""; 0],
            "{base:02x?} {inside:02x?}"
        );
        assert_eq!(
            under(1, &base, &inside_name),
            ["pki.name-constraint"],
            "{base:02x?} {inside:02x?}"
        );
        if !outside.is_empty() {
            assert_eq!(
                under(0, &base, &outside_name),
                ["pki.name-constraint"],
                "{base:02x?} {outside:02x?}"
            );
        }
    }
}

#[test]
fn names_a_form_cannot_judge_are_never_let_through() {
    let base = write::value(URI, b"host.test");
    for uri in [
        "mailto:a@host.test",
        "http:///path",
        "http://10.0.0.1/",
        "nothing",
    ] {
        for list in [0, 1] {
            assert_eq!(
                under(list, &base, &write::value(URI, uri.as_bytes())),
                ["pki.name-constraint"],
                "{uri}"
            );
        }
    }
    let base = write::value(EMAIL, b"example.org");
    for list in [0, 1] {
        assert_eq!(
            under(list, &base, &write::value(EMAIL, b"example.org")),
            ["pki.name-constraint"]
        );
    }
    // A wildcard is excluded as soon as one of its hosts is.
    let base = write::value(DNS, b"secret.example.org");
    assert_eq!(
        under(1, &base, &write::value(DNS, b"*.example.org")),
        ["pki.name-constraint"]
    );
    assert_eq!(under(1, &base, &write::value(DNS, b"*.example.com")), [""; 0]);
}

#[test]
fn forms_not_compared_here_leave_the_question_open() {
    let registered = write::value(tag::context(8), &[0x2a, 3, 4]);
    assert_eq!(under(0, &registered, &registered), ["pki.unsupported-constraint"]);
    // Of no concern to other names.
    assert_eq!(under(0, &registered, &write::value(DNS, b"a.test")), [""; 0]);
}

#[test]
fn directory_names_are_compared_by_relative_names_and_prepared() {
    let name = |parts: &[(Oid, &str)]| DistinguishedName::from_attributes(parts);
    let base = name(&[
        (attribute::COUNTRY, "RU"),
        (attribute::ORGANISATION, "Завод  «Штраße»"),
    ]);
    let root = Made::root(Plan::authority("корень"));
    let subtree = write::context_constructed(4, base.der());
    let authority = root.issue(Plan::authority("УЦ").with(constraints(0, &subtree)));
    for (subject, wanted) in [
        (
            name(&[
                (attribute::COUNTRY, "ru"),
                (attribute::ORGANISATION, " ЗАВОД «ШТРАSS\u{45}» "),
                (attribute::COMMON_NAME, "Иванов"),
            ]),
            vec![],
        ),
        (
            name(&[
                (attribute::ORGANISATION, "Завод «Штраße»"),
                (attribute::COUNTRY, "RU"),
            ]),
            vec!["pki.name-constraint"],
        ),
        (name(&[(attribute::COUNTRY, "RU")]), vec!["pki.name-constraint"]),
    ] {
        let leaf = authority.issue(Plan {
            subject,
            ..Plan::named("")
        });
        assert_eq!(codes(&judge(&leaf, &[&authority], &root)), wanted);
    }
}

#[test]
fn too_many_names_and_subtrees_are_given_up() {
    let names: Vec<_> = (0..3000)
        .map(|number| write::value(DNS, format!("a{number}.test").as_bytes()))
        .collect();
    let trees: Vec<_> = names.iter().map(|name| write::sequence(&[name])).collect();
    let excluded = write::sequence(&[write::context_constructed(1, &trees.concat())]);
    let root = Made::root(Plan::authority("корень"));
    let authority = root.issue(Plan::authority("УЦ").with(extension(id::NAME_CONSTRAINTS, true, excluded)));
    let others = write::sequence(&names);
    let leaf = authority.issue(Plan::named("лист").with(extension(id::SUBJECT_ALT_NAME, false, others)));
    let verdict = judge(&leaf, &[&authority], &root);
    assert_eq!(
        (verdict.status, codes(&verdict)),
        (Status::Unknown, vec!["pki.search-limit"])
    );
}

/// RFC 9618 §3.3: every policy mapped to every one, at every level. A tree would have 40⁶ leaves.
#[test]
fn mappings_of_all_to_all_do_not_explode() {
    let oids: Vec<Oid> = (1..=40)
        .map(|number| Oid::new(&format!("1.3.6.1.4.1.99999.{number}")).expect("identifier"))
        .collect();
    let pairs: Vec<_> = oids
        .iter()
        .flat_map(|from| {
            oids.iter()
                .map(|to| write::sequence(&[write::oid(from), write::oid(to)]))
        })
        .collect();
    let mappings = extension(id::POLICY_MAPPINGS, true, write::sequence(&pairs));
    let plan = |name: &str| Plan::authority(name).with(policies(&oids)).with(mappings.clone());
    let root = Made::root(Plan::authority("корень"));
    let mut chain = vec![root.issue(plan("УЦ 1"))];
    for number in 2..=6 {
        let next = chain[chain.len() - 1].issue(plan(&format!("УЦ {number}")));
        chain.push(next);
    }
    let leaf = chain[chain.len() - 1].issue(Plan::named("лист").with(policies(&oids[..1])));
    let started = Instant::now();
    let verdict = judge(&leaf, &chain.iter().collect::<Vec<_>>(), &root);
    assert!(started.elapsed() < Duration::from_secs(5));
    assert_eq!(
        (verdict.status, verdict.chain.len()),
        (Status::Valid, 8),
        "{verdict:?}"
    );
    assert_eq!(
        verdict.policies.len(),
        40,
        "each policy of the anchor leads to the leaf"
    );
}
