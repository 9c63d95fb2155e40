//! A document as a tree of its own, from which a reader takes what it knows. What is left is what it does not know, and
//! that is put back when the document is written anew.

use roxmltree::Node;

use crate::xml::Lines;

/// An element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) namespace: Option<String>,
    pub(super) name: String,
    pub(super) attributes: Vec<Attribute>,
    pub(super) content: Vec<Content>,
    /// Line of the file, from 1.
    pub(super) line: u32,
    /// A reader knows it; what is still inside it does not know.
    pub(super) known: bool,
    /// Whom or what it is about, so that a changed document finds it again.
    subject: Option<String>,
}

/// An attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Attribute {
    pub(super) namespace: Option<String>,
    pub(super) name: String,
    pub(super) value: String,
}

/// What stands between the tags of an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Element(Element),
    Text(String),
}

/// Elements of which there are several: what is unknown of one must not come to another.
const SEVERAL: &[&str] = &[
    "СвДоверит",
    "СвУпПред",
    "СвПередПолн",
    "СвПолучПолн",
    "ЛицоБезДов",
    "СвФЛ",
    "СвРукОП",
    "МашПолн",
    "ОгрСвПолн",
    "КодНОДейст",
];

impl Element {
    pub(super) fn new(name: &str, namespace: Option<&str>) -> Self {
        Self {
            namespace: namespace.map(str::to_owned),
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// Of parsed XML. Comments and processing instructions are left out.
    pub(super) fn of(node: Node<'_, '_>, lines: &Lines) -> Self {
        let attributes = node.attributes().map(|one| Attribute {
            namespace: one.namespace().map(str::to_owned),
            name: one.name().to_owned(),
            value: one.value().to_owned(),
        });
        let has_elements = node.children().any(|child| child.is_element());
        let content = node.children().filter_map(|child| {
            if child.is_element() {
                return Some(Content::Element(Self::of(child, lines)));
            }
            let text = child.text().filter(|_| child.is_text())?;
            let is_blank = text.trim().is_empty();
            (!is_blank || !has_elements && !text.is_empty()).then(|| Content::Text(text.to_owned()))
        });
        let mut element = Self {
            namespace: node.tag_name().namespace().map(str::to_owned),
            name: node.tag_name().name().to_owned(),
            attributes: attributes.collect(),
            content: content.collect(),
            line: lines.line(node.range().start),
            known: false,
            subject: None,
        };
        element.subject = element.find_subject();
        element
    }

    pub(super) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.content.iter().filter_map(|one| match one {
            Content::Element(element) => Some(element),
            Content::Text(_) => None,
        })
    }

    pub(super) fn elements_mut(&mut self) -> impl Iterator<Item = &mut Self> {
        self.content.iter_mut().filter_map(|one| match one {
            Content::Element(element) => Some(element),
            Content::Text(_) => None,
        })
    }

    /// The text between the tags, trimmed.
    pub(super) fn text(&self) -> String {
        let texts = self.content.iter().filter_map(|one| match one {
            Content::Text(text) => Some(text.as_str()),
            Content::Element(_) => None,
        });
        texts.collect::<String>().trim().to_owned()
    }

    /// Line of the element a path leads to from here, or of the last of it that is there.
    pub(super) fn line_of(&self, path: &[&str]) -> u32 {
        let mut element = self;
        for step in path.iter().flat_map(|part| part.split('/')) {
            match element.elements().find(|one| one.name == step) {
                Some(found) => element = found,
                None => break,
            }
        }
        element.line
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|one| one.namespace.is_none() && one.name == name)
            .map(|one| one.value.as_str())
    }

    /// Names of the elements in the element a path of names leads to from here.
    pub(super) fn kinds(&self, path: &[&str]) -> Vec<String> {
        let mut element = self;
        for step in path {
            match element.elements().find(|one| one.name == *step) {
                Some(found) => element = found,
                None => return Vec::new(),
            }
        }
        element.elements().map(|one| one.name.clone()).collect()
    }

    /// Whether anything is in it that no reader knows.
    pub(super) fn has_rest(&self) -> bool {
        !self.known
            || !self.attributes.is_empty()
            || self.content.iter().any(|one| match one {
                Content::Text(text) => !text.trim().is_empty(),
                Content::Element(element) => element.has_rest(),
            })
    }

    fn find_subject(&self) -> Option<String> {
        match self.name.as_str() {
            "МашПолн" => self.attribute("КодПолн").map(str::to_owned),
            "ОгрСвПолн" => self.attribute("КодОгр").map(str::to_owned),
            "КодНОДейст" => Some(self.text()),
            _ => self
                .of_first(&["ИННЮЛ", "КПП", "ИННФЛ", "СНИЛС", "ОГРН", "ОГРНИП", "НЗА"])
                .or_else(|| self.of_first(&["Фамилия", "Имя", "Отчество", "НаимОрг", "НаимИО"])),
        }
    }

    /// The values of these attributes at the first element that has any: numbers tell organisations and people apart.
    fn of_first(&self, names: &[&str]) -> Option<String> {
        let values = names.iter().filter_map(|name| self.attribute(name));
        let found: String = values
            .flat_map(str::chars)
            .filter(|one| one.is_alphanumeric())
            .collect();
        if !found.is_empty() {
            return Some(found);
        }
        self.elements().find_map(|child| child.of_first(names))
    }

    /// Puts what is left of `kept` where it stood. Gives the paths of what has no place any more.
    pub(super) fn put_back(&mut self, kept: &Self, path: &str, lost: &mut Vec<String>) {
        for attribute in &kept.attributes {
            let same =
                |one: &Attribute| (&one.namespace, &one.name) == (&attribute.namespace, &attribute.name);
            match self.attributes.iter().find(|one| same(one)) {
                None => self.attributes.push(attribute.clone()),
                // The document says something here that was not understood before.
                Some(written) if written.value != attribute.value => {
                    lost.push(format!("{path}/@{}", attribute.name));
                }
                Some(_) => {}
            }
        }
        // Text where the format has elements only has no place among them.
        if !kept.text().is_empty() {
            lost.push(path.to_owned());
        }
        for element in self.elements_mut() {
            element.subject = element.find_subject();
        }
        let mut used = vec![false; self.content.len()];
        let mut next = 0;
        for one in &kept.content {
            let Content::Element(kept) = one else { continue };
            let inside = format!("{path}/{}", kept.name);
            if !kept.known {
                self.content.insert(next, Content::Element(kept.clone()));
                used.insert(next, true);
                next += 1;
                continue;
            }
            let several = SEVERAL.contains(&kept.name.as_str());
            let fits = |index: &usize| {
                let Some(Content::Element(fresh)) = self.content.get(*index) else {
                    return false;
                };
                !used[*index] && fresh.name == kept.name && (!several || fresh.subject == kept.subject)
            };
            // Nearly always in the same order.
            let found = (next..used.len()).find(fits).or_else(|| (0..next).find(fits));
            match found.map(|index| (index, &mut self.content[index])) {
                Some((index, Content::Element(fresh))) => {
                    fresh.put_back(kept, &inside, lost);
                    used[index] = true;
                    next = index + 1;
                }
                _ => kept.paths(&inside, lost),
            }
        }
    }

    /// Paths of what is left, with values where there are any.
    pub(super) fn paths(&self, path: &str, found: &mut Vec<String>) {
        self.rest(path, &mut |path, _, _| found.push(path));
    }

    /// Tells of everything that is left: path, value, line.
    pub(super) fn rest(&self, path: &str, tell: &mut impl FnMut(String, &str, u32)) {
        for attribute in &self.attributes {
            tell(format!("{path}/@{}", attribute.name), &attribute.value, self.line);
        }
        let text = self.text();
        let is_leaf = self.attributes.is_empty() && self.elements().next().is_none();
        if !text.is_empty() || (!self.known && is_leaf) {
            tell(path.to_owned(), &text, self.line);
        }
        for child in self.elements() {
            child.rest(&format!("{path}/{}", child.name), tell);
        }
    }

    /// The file: UTF-8 with a declaration, an element a line.
    pub(super) fn document(&self) -> Vec<u8> {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        self.write(&mut out, 0, None);
        out.into_bytes()
    }

    fn write(&self, out: &mut String, depth: usize, around: Option<&str>) {
        let indent = "  ".repeat(depth);
        out.push_str(&indent);
        self.write_inline(out, depth, around, true);
        out.push('\n');
    }

    fn write_inline(&self, out: &mut String, depth: usize, around: Option<&str>, pretty: bool) {
        out.push('<');
        out.push_str(&self.name);
        let namespace = self.namespace.as_deref();
        if namespace != around {
            out.push_str(" xmlns=\"");
            escape(namespace.unwrap_or_default(), true, out);
            out.push('"');
        }
        for (index, attribute) in self.attributes.iter().enumerate() {
            out.push(' ');
            match attribute.namespace.as_deref() {
                None => {}
                Some(XML) => out.push_str("xml:"),
                Some(namespace) => {
                    out.push_str(&format!("xmlns:a{index}=\""));
                    escape(namespace, true, out);
                    out.push_str(&format!("\" a{index}:"));
                }
            }
            out.push_str(&attribute.name);
            out.push_str("=\"");
            escape(&attribute.value, true, out);
            out.push('"');
        }
        if self.content.is_empty() {
            out.push_str("/>");
            return;
        }
        out.push('>');
        let is_mixed = self.content.iter().any(|one| matches!(one, Content::Text(_)));
        let lines = pretty && !is_mixed;
        if lines {
            out.push('\n');
        }
        for one in &self.content {
            match one {
                Content::Text(text) => escape(text, false, out),
                Content::Element(element) if lines => element.write(out, depth + 1, namespace),
                Content::Element(element) => element.write_inline(out, depth + 1, namespace, false),
            }
        }
        if lines {
            out.push_str(&"  ".repeat(depth));
        }
        out.push_str("</");
        out.push_str(&self.name);
        out.push('>');
    }
}

const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// So that a parser gives back what was there (XML 1.0, 2.11 and 3.3.3). Characters XML has no place for are left out.
fn escape(text: &str, attribute: bool, out: &mut String) {
    for one in text.chars() {
        match one {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if attribute => out.push_str("&quot;"),
            '\n' | '\t' if attribute => out.push_str(&format!("&#{};", u32::from(one))),
            '\r' => out.push_str("&#13;"),
            '\n' | '\t' => out.push(one),
            one if one < ' ' || matches!(one, '\u{fffe}' | '\u{ffff}') => {}
            one => out.push(one),
        }
    }
}
