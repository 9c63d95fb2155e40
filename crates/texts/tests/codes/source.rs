//! Just enough reading of Rust sources to find the string literals in a function, a call or a file.

use std::path::{Path, PathBuf};

/// A source file without its comments and unit tests; each literal stands as `"n"`, its place in `literals`.
pub struct Source {
    /// Name without the folder.
    pub name: String,
    masked: String,
    literals: Vec<String>,
}

impl Source {
    /// Masks `text`.
    pub fn new(name: &str, text: &str) -> Self {
        let mut source = Self {
            name: name.to_owned(),
            masked: String::new(),
            literals: Vec::new(),
        };
        source.mask(text);
        let tests = source.masked.match_indices("#[cfg(test)]").map(|(at, _)| at);
        let in_place = |at: &usize| {
            source.masked[*at..]
                .lines()
                .nth(1)
                .is_some_and(|line| line.trim_end().ends_with('{'))
        };
        if let Some(end) = tests.into_iter().find(in_place) {
            source.masked.truncate(end);
        }
        source
    }

    /// Every file of a crate's `src`, unit tests in files of their own left out.
    pub fn of_crate(name: &str) -> Vec<Self> {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut paths = Vec::new();
        collect(&crates.join(name).join("src"), &mut paths);
        assert!(!paths.is_empty(), "no sources of {name}");
        paths.sort();
        paths.iter().map(|path| Self::read(path)).collect()
    }

    /// One file by its path below `crates`.
    pub fn of_file(path: &str) -> Self {
        Self::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path))
    }

    fn read(path: &Path) -> Self {
        let text =
            std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Self::new(&name, &text)
    }

    /// All literals.
    pub fn all(&self) -> Vec<&str> {
        self.literals_of(&self.masked)
    }

    /// Literals between the braces that follow each `start`, such as `fn code(` or `enum State `.
    pub fn in_bodies(&self, start: &str) -> Vec<&str> {
        let bodies = self.enclosed(start, '{', '}');
        bodies
            .into_iter()
            .flat_map(|body| self.literals_of(body))
            .collect()
    }

    /// Literals of each call `start` (which ends with its parenthesis), call by call.
    pub fn in_calls(&self, start: &str) -> Vec<Vec<&str>> {
        let arguments = self.enclosed(start.trim_end_matches('('), '(', ')');
        arguments.into_iter().map(|part| self.literals_of(part)).collect()
    }

    /// First literal of each call that has one.
    pub fn first_in_calls(&self, start: &str) -> Vec<&str> {
        self.in_calls(start)
            .into_iter()
            .filter_map(|call| call.first().copied())
            .collect()
    }

    /// Literal after each `const NAME: &str =`.
    pub fn constant(&self, name: &str) -> Vec<&str> {
        let start = format!("const {name}: &str =");
        let parts = self.masked.split(&start).skip(1);
        parts
            .filter_map(|rest| self.literals_of(rest.split(';').next()?).first().copied())
            .collect()
    }

    /// Variants of a plain enumeration, in kebab case, as serde writes them.
    pub fn variants(&self, name: &str) -> Vec<String> {
        let bodies = self.enclosed(&format!("enum {name} "), '{', '}');
        let variants = bodies.iter().flat_map(|body| body.split(','));
        variants
            .filter_map(|variant| variant.rsplit(']').next())
            .map(str::trim)
            .filter(|variant| variant.chars().next().is_some_and(char::is_uppercase))
            .map(kebab)
            .collect()
    }

    fn enclosed(&self, start: &str, open: char, close: char) -> Vec<&str> {
        let after = self
            .masked
            .match_indices(start)
            .map(|(at, _)| &self.masked[at + start.len()..]);
        after
            .filter_map(|rest| {
                let begin = rest.find(open)?;
                let mut depth = 0_usize;
                for (at, c) in rest[begin..].char_indices() {
                    if c == open {
                        depth += 1;
                    } else if c == close {
                        depth -= 1;
                    }
                    if depth == 0 {
                        return Some(&rest[begin + 1..begin + at]);
                    }
                }
                None
            })
            .collect()
    }

    fn literals_of(&self, part: &str) -> Vec<&str> {
        let places = part.split('"').skip(1).step_by(2);
        places
            .filter_map(|place| self.literals.get(place.parse::<usize>().ok()?))
            .map(String::as_str)
            .collect()
    }

    fn mask(&mut self, text: &str) {
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            rest = if let Some(comment) = rest.strip_prefix("//") {
                comment.find('\n').map_or("", |end| &comment[end..])
            } else if let Some(comment) = rest.strip_prefix("/*") {
                comment.split_once("*/").map_or("", |(_, after)| after)
            } else if rest.starts_with("r\"") || rest.starts_with("r#") {
                self.raw(rest)
            } else if let Some(literal) = rest.strip_prefix('"') {
                self.quoted(literal)
            } else if let Some(after) = character(rest) {
                after
            } else {
                self.masked.push(c);
                &rest[c.len_utf8()..]
            };
        }
    }

    fn keep(&mut self, literal: String) {
        self.masked.push_str(&format!("\"{}\"", self.literals.len()));
        self.literals.push(literal);
    }

    fn quoted<'a>(&mut self, rest: &'a str) -> &'a str {
        let mut literal = String::new();
        let mut characters = rest.char_indices();
        while let Some((at, c)) = characters.next() {
            match c {
                '"' => {
                    self.keep(literal);
                    return &rest[at + 1..];
                }
                '\\' => literal.extend(characters.next().map(|(_, escaped)| escaped)),
                c => literal.push(c),
            }
        }
        ""
    }

    fn raw<'a>(&mut self, rest: &'a str) -> &'a str {
        let hashes = rest[1..].chars().take_while(|c| *c == '#').count();
        let Some(body) = rest[1 + hashes..].strip_prefix('"') else {
            // A raw identifier.
            self.masked.push('r');
            return &rest[1..];
        };
        let end = format!("\"{}", "#".repeat(hashes));
        let (literal, after) = body.split_once(&end).unwrap_or((body, ""));
        self.keep(literal.to_owned());
        after
    }
}

/// What follows a character literal; `None` for a lifetime or anything else.
fn character(rest: &str) -> Option<&str> {
    let inside = rest.strip_prefix('\'')?;
    let end = if inside.starts_with('\\') {
        2 + inside.get(2..)?.find('\'')?
    } else {
        inside.chars().next()?.len_utf8()
    };
    inside.get(end..)?.strip_prefix('\'')
}

fn kebab(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars().take_while(|c| c.is_alphanumeric()) {
        if c.is_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.extend(c.to_lowercase());
    }
    text
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for path in entries.map(|entry| entry.expect("a readable folder").path()) {
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            paths.push(path);
        }
    }
}

#[test]
fn literals_are_found_in_their_functions() {
    let source = Source::new(
        "x.rs",
        r##"
        /// Not "this", { nor that.
        #[cfg(test)]
        mod beside;
        fn other() { "a.other" }
        fn code(&self) -> &'static str {
            match self { A { .. } => "a.b", B => r#"a."c"#, C if x == '"' || y == '{' || z == '\'' => "a.\"d" /* " */ }
        }
        enum State { /// "One", two
            One, #[serde(rename = "x")] TwoWords }
        const CODE: &str = "constant";
        fn f<'a>() { call(CODE, "x"); call("y", inner("z")); }
        #[cfg(test)]
        mod tests {
            fn code() { "a.test" }
        }
        "##,
    );
    assert_eq!(source.in_bodies("fn code("), ["a.b", "a.\"c", "a.\"d"]);
    assert_eq!(source.in_calls(" call("), [vec!["x"], vec!["y", "z"]]);
    assert_eq!(source.constant("CODE"), ["constant"]);
    assert_eq!(source.variants("State"), ["one", "two-words"]);
    assert!(!source.all().contains(&"a.test"));
}
