//! The join-URI-References function of Canonical XML 1.1 (appendix A): RFC 3986 §5.2 for relative bases too.

/// The parts of a reference (RFC 3986 appendix B); the fragment never takes part.
struct Reference<'a> {
    scheme: Option<&'a str>,
    authority: Option<&'a str>,
    path: &'a str,
    query: Option<&'a str>,
}

impl<'a> Reference<'a> {
    fn read(text: &'a str) -> Self {
        let rest = text.split_once('#').map_or(text, |(rest, _)| rest);
        let (scheme, rest) = match rest.split_once(':') {
            Some((scheme, after)) if !scheme.is_empty() && !scheme.contains(['/', '?']) => {
                (Some(scheme), after)
            }
            _ => (None, rest),
        };
        let (rest, query) = match rest.split_once('?') {
            Some((rest, query)) => (rest, Some(query)),
            None => (rest, None),
        };
        let (authority, path) = match rest.strip_prefix("//") {
            Some(after) => {
                let end = after.find('/').unwrap_or(after.len());
                (Some(&after[..end]), &after[end..])
            }
            None => (None, rest),
        };
        Self {
            scheme,
            authority,
            path,
            query,
        }
    }
}

/// Joins xml:base values from the outermost in.
pub(super) fn join_all(bases: &[&str]) -> String {
    // In reverse document order (§2.4): the last with the one before it, and so on.
    let mut values = bases.iter().rev();
    let mut joined = values.next().copied().unwrap_or_default().to_owned();
    for base in values {
        joined = join(base, &joined);
    }
    joined
}

fn join(base: &str, reference: &str) -> String {
    let (b, r) = (Reference::read(base), Reference::read(reference));
    let (scheme, authority, path, query);
    if r.scheme.is_some() {
        (scheme, authority, query) = (r.scheme, r.authority, r.query);
        path = remove_dot_segments(r.path);
    } else if r.authority.is_some() {
        (scheme, authority, query) = (b.scheme, r.authority, r.query);
        path = remove_dot_segments(r.path);
    } else if r.path.is_empty() {
        (scheme, authority, query) = (b.scheme, b.authority, r.query.or(b.query));
        path = remove_dot_segments(b.path);
    } else {
        (scheme, authority, query) = (b.scheme, b.authority, r.query);
        path = if r.path.starts_with('/') {
            remove_dot_segments(r.path)
        } else {
            let merged = match b.path.rfind('/') {
                // A base that ends in ".." counts as if a slash followed.
                _ if b.path.rsplit('/').next() == Some("..") => format!("{}/{}", b.path, r.path),
                Some(slash) => format!("{}{}", &b.path[..=slash], r.path),
                None if b.authority.is_some() && b.path.is_empty() => format!("/{}", r.path),
                None => r.path.to_owned(),
            };
            remove_dot_segments(&merged)
        };
    }
    let mut all = String::new();
    if let Some(scheme) = scheme {
        all.push_str(scheme);
        all.push(':');
    }
    if let Some(authority) = authority {
        all.push_str("//");
        all.push_str(authority);
    }
    all.push_str(&path);
    if let Some(query) = query {
        all.push('?');
        all.push_str(query);
    }
    all
}

/// RFC 3986 §5.2.4 as appendix A changes it: leading ".." of a relative path stay, a last ".." gets a slash,
/// slashes in a row are one.
fn remove_dot_segments(path: &str) -> String {
    let absolute = path.starts_with('/');
    let directory = matches!(path.rsplit('/').next(), Some("" | "." | ".."));
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match (segment, kept.last()) {
            ("" | ".", _) => {}
            ("..", Some(&last)) if last != ".." => {
                kept.pop();
            }
            ("..", _) if absolute => {}
            (other, _) => kept.push(other),
        }
    }
    let mut all = if absolute { "/".to_owned() } else { String::new() };
    all.push_str(&kept.join("/"));
    if directory && !kept.is_empty() {
        all.push('/');
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_as_rfc_3986_examples_do() {
        let base = "http://a/b/c/d;p?q";
        for (reference, joined) in [
            ("g:h", "g:h"),
            ("g", "http://a/b/c/g"),
            ("./g", "http://a/b/c/g"),
            ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"),
            ("//g", "http://g"),
            ("?y", "http://a/b/c/d;p?y"),
            ("g?y", "http://a/b/c/g?y"),
            ("#s", "http://a/b/c/d;p?q"),
            (";x", "http://a/b/c/;x"),
            ("", "http://a/b/c/d;p?q"),
            (".", "http://a/b/c/"),
            ("./", "http://a/b/c/"),
            ("..", "http://a/b/"),
            ("../", "http://a/b/"),
            ("../g", "http://a/b/g"),
            ("../..", "http://a/"),
            ("../../g", "http://a/g"),
            ("../../../g", "http://a/g"),
            ("/./g", "http://a/g"),
            ("g.", "http://a/b/c/g."),
            ("..g", "http://a/b/c/..g"),
            ("./g/.", "http://a/b/c/g/"),
            ("g/../h", "http://a/b/c/h"),
        ] {
            assert_eq!(join_all(&[base, reference]), joined, "{reference}");
        }
    }

    #[test]
    fn joins_relative_references() {
        // Canonical XML 1.1, appendix A.
        for (bases, joined) in [
            (&["foo/bar", ".."][..], ""),
            (&["foo/bar/", ".."], "foo/"),
            (&["..", ".."], "../../"),
            (&["../..", "x"], "../../x"),
            (&["a/b/", "../../../c"], "../c"),
            (&["foo//bar", "x"], "foo/x"),
            (&["http://x.org/", "a/", "b"], "http://x.org/a/b"),
        ] {
            assert_eq!(join_all(bases), joined, "{bases:?}");
        }
    }
}
