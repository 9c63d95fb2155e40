//! The document while it is built: elements find their place by the order of the schema.

/// Where a value came from, so that what the schema says about it can be told to the field.
pub(super) type Origin = Option<String>;

/// An element.
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String, Origin)>,
    pub(super) children: Vec<Element>,
    /// Text between its tags; an element with text has no elements inside.
    pub(super) text: Option<(String, Origin)>,
    rank: usize,
}

impl Element {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            attributes: Vec::new(),
            children: Vec::new(),
            text: None,
            rank: 0,
        }
    }

    /// The element a path leads to from here, made where it is not there; of several the last.
    pub(super) fn at(&mut self, path: &str, order: &[String]) -> &mut Self {
        let mut element = self;
        let mut so_far = String::new();
        for step in path.split('/').filter(|step| !step.is_empty()) {
            join(&mut so_far, step);
            let last = element.children.iter().rposition(|child| child.name == step);
            let index = last.unwrap_or_else(|| element.insert(step, rank(order, &so_far)));
            element = &mut element.children[index];
        }
        element
    }

    /// A new element at the path, behind those of its name.
    pub(super) fn another(&mut self, path: &str, order: &[String]) -> &mut Self {
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
        let parent = self.at(parent, order);
        let index = parent.insert(name, rank(order, path));
        &mut parent.children[index]
    }

    fn insert(&mut self, name: &str, rank: usize) -> usize {
        let index = self
            .children
            .iter()
            .position(|child| child.rank > rank)
            .unwrap_or(self.children.len());
        let child = Self {
            rank,
            ..Self::new(name)
        };
        self.children.insert(index, child);
        index
    }

    /// Sets an attribute, or, without a name, the text.
    pub(super) fn set(&mut self, attribute: &str, value: String, origin: Origin) {
        if attribute.is_empty() {
            self.text = Some((value, origin));
            return;
        }
        self.attributes.push((attribute.to_owned(), value, origin));
    }

    /// Writes the element and what is in it.
    pub(super) fn write(&self, out: &mut String, depth: usize) {
        let indent = "  ".repeat(depth);
        out.push_str(&indent);
        out.push('<');
        out.push_str(&self.name);
        for (name, value, _) in &self.attributes {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            escape(value, out);
            out.push('"');
        }
        if let Some((text, _)) = &self.text {
            out.push('>');
            escape_text(text, out);
            out.push_str("</");
            out.push_str(&self.name);
            out.push_str(">\n");
            return;
        }
        if self.children.is_empty() {
            out.push_str("/>\n");
            return;
        }
        out.push_str(">\n");
        for child in &self.children {
            child.write(out, depth + 1);
        }
        out.push_str(&indent);
        out.push_str("</");
        out.push_str(&self.name);
        out.push_str(">\n");
    }

    /// Every value with its field, by the path a finding gives it.
    pub(super) fn origins(&self, path: &str, found: &mut Vec<(String, String)>) {
        if let Some((_, Some(field))) = &self.text {
            found.push((path.to_owned(), field.clone()));
        }
        for (name, _, origin) in &self.attributes {
            if let Some(field) = origin {
                found.push((format!("{path}/@{name}"), field.clone()));
            }
        }
        for (index, child) in self.children.iter().enumerate() {
            let same = |other: &&Self| other.name == child.name;
            let count = self.children.iter().filter(same).count();
            let before = self.children[..index].iter().filter(same).count();
            let step = if count > 1 {
                format!("{path}/{}[{}]", child.name, before + 1)
            } else {
                format!("{path}/{}", child.name)
            };
            child.origins(&step, found);
        }
    }
}

fn join(path: &mut String, step: &str) {
    if !path.is_empty() {
        path.push('/');
    }
    path.push_str(step);
}

fn rank(order: &[String], path: &str) -> usize {
    order.iter().position(|one| one == path).unwrap_or(order.len())
}

/// As an attribute needs it. Line breaks become spaces, which is what a reader makes of them anyway (XML 1.0, 3.3.3).
pub(super) fn escape(text: &str, out: &mut String) {
    for one in text.chars() {
        match one {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\r' | '\t' => out.push(' '),
            one if one.is_control() => {}
            one => out.push(one),
        }
    }
}

/// As text needs it; its lines stay.
pub(crate) fn escape_text(text: &str, out: &mut String) {
    for one in text.chars() {
        match one {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            // `]]>` may not stand in text (XML 1.0, 2.4).
            '>' => out.push_str("&gt;"),
            '\n' | '\t' => out.push(one),
            one if one.is_control() => {}
            one => out.push(one),
        }
    }
}
