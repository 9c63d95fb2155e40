//! Reads a schema the way a person does: what is this element called, what may stand inside it, how often.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use roxmltree::{Document, Node};

use super::assemble::XSD;
use crate::markup::ascii_namespace;

/// Deepest chain of type references that is followed.
const MAX_CHAIN: usize = 20;

/// A node of a schema.
pub(crate) type Decl<'s> = Node<'s, 's>;

/// The declarations of an assembled schema.
pub(crate) struct Model<'s> {
    /// Global components by kind, namespace and name.
    globals: HashMap<(&'s str, &'s str, &'s str), Decl<'s>>,
    /// Members already collected: a document asks for the same ones once a line.
    members: RefCell<HashMap<(*const Document<'s>, u32, &'static str), Members<'s>>>,
}

/// Elements or attributes of a declaration: each as it is written, and as it is meant.
type Members<'s> = Rc<[(Decl<'s>, Decl<'s>)]>;

impl<'s> Model<'s> {
    pub(crate) fn new(documents: &'s [Document<'s>]) -> Self {
        let mut globals = HashMap::new();
        for document in documents {
            let schema = document.root_element();
            let namespace = schema.attribute("targetNamespace").unwrap_or_default();
            for node in schema
                .children()
                .filter(|node| node.tag_name().namespace() == Some(XSD))
            {
                if let Some(name) = node.attribute("name") {
                    // Both sorts of types share one symbol space.
                    let kind = match node.tag_name().name() {
                        "complexType" | "simpleType" => "type",
                        kind => kind,
                    };
                    globals.entry((kind, namespace, name)).or_insert(node);
                }
            }
        }
        Self {
            globals,
            members: RefCell::default(),
        }
    }

    /// Declaration of the root element of an instance.
    pub(crate) fn root(&self, element: Node<'_, '_>) -> Option<Decl<'s>> {
        let name = element.tag_name();
        let namespace = ascii_namespace(name.namespace().unwrap_or_default());
        self.globals
            .iter()
            .find(|((kind, ns, local), _)| *kind == "element" && *ns == namespace && *local == name.name())
            .map(|(_, decl)| *decl)
    }

    /// Declaration of an instance element, found by walking down from the root.
    pub(crate) fn declaration(&self, element: Node<'_, '_>) -> Option<Decl<'s>> {
        match element.parent_element() {
            Some(parent) => self.child(self.declaration(parent)?, element.tag_name().name()),
            None => self.root(element),
        }
    }

    /// Declaration of the child element `name` inside the element `decl` declares.
    pub(crate) fn child(&self, decl: Decl<'s>, name: &str) -> Option<Decl<'s>> {
        self.particle(decl, name).map(|(_, meant)| meant)
    }

    /// The same together with the particle as it is written, whose `minOccurs` and `maxOccurs` are those of the place.
    pub(crate) fn particle(&self, decl: Decl<'s>, name: &str) -> Option<(Decl<'s>, Decl<'s>)> {
        self.particles(decl)
            .iter()
            .copied()
            .find(|(_, meant)| meant.attribute("name") == Some(name))
    }

    /// All child elements, in schema order.
    pub(crate) fn particles(&self, decl: Decl<'s>) -> Members<'s> {
        self.members(decl, "element")
    }

    /// Declaration of an attribute of the element `decl` declares.
    pub(crate) fn attribute(&self, decl: Decl<'s>, name: &str) -> Option<Decl<'s>> {
        let attributes = self.members(decl, "attribute");
        attributes
            .iter()
            .map(|(_, meant)| *meant)
            .find(|meant| meant.attribute("name") == Some(name))
    }

    fn members(&self, decl: Decl<'s>, wanted: &'static str) -> Members<'s> {
        let key = (std::ptr::from_ref(decl.document()), decl.id().get(), wanted);
        if let Some(known) = self.members.borrow().get(&key) {
            return Rc::clone(known);
        }
        let mut found = Vec::new();
        if let Some(kind) = self.type_of(decl) {
            self.collect(kind, wanted, &mut found, 0);
        }
        let found: Members<'s> = found.into();
        self.members.borrow_mut().insert(key, Rc::clone(&found));
        found
    }

    /// The type of an element or attribute: the one inside it, else the global one it names.
    pub(crate) fn type_of(&self, decl: Decl<'s>) -> Option<Decl<'s>> {
        inner(decl, "complexType")
            .or_else(|| inner(decl, "simpleType"))
            .or_else(|| self.reference(decl, "type", "type"))
    }

    /// Documentation written at a declaration, white space collapsed.
    pub(crate) fn documentation(&self, decl: Decl<'s>) -> Option<String> {
        let text = inner(inner(decl, "annotation")?, "documentation")?;
        let text: String = text
            .descendants()
            .filter_map(|node| if node.is_text() { node.text() } else { None })
            .collect();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        (!text.is_empty()).then_some(text)
    }

    /// Documentation of the global type of a declaration: what values of that type look like.
    pub(crate) fn type_documentation(&self, decl: Decl<'s>) -> Option<String> {
        let kind = self.type_of(decl)?;
        self.documentation(kind).or_else(|| {
            let base = inner(kind, "restriction")
                .and_then(|restriction| self.reference(restriction, "base", "type"))?;
            self.documentation(base)
        })
    }

    /// Name of the type a declaration's own type restricts, as written: `xs:integer`.
    pub(crate) fn base_name(&self, decl: Decl<'s>) -> Option<String> {
        inner(self.type_of(decl)?, "restriction")?
            .attribute("base")
            .map(str::to_owned)
    }

    /// Follows an attribute that names a global component.
    fn reference(&self, node: Decl<'s>, attribute: &str, kind: &'static str) -> Option<Decl<'s>> {
        let name = node.attribute(attribute)?;
        let (prefix, local) = match name.split_once(':') {
            Some((prefix, local)) => (Some(prefix), local),
            None => (None, name),
        };
        let namespace = node.lookup_namespace_uri(prefix).unwrap_or_default();
        self.globals.get(&(kind, namespace, local)).copied()
    }

    /// Collects elements or attributes below a type or group: as written, and as meant.
    fn collect(
        &self,
        node: Decl<'s>,
        wanted: &'static str,
        found: &mut Vec<(Decl<'s>, Decl<'s>)>,
        depth: usize,
    ) {
        if depth > MAX_CHAIN {
            return;
        }
        if ["extension", "restriction"].contains(&node.tag_name().name())
            && let Some(base) = self.reference(node, "base", "type")
        {
            self.collect(base, wanted, found, depth + 1);
        }
        for child in node
            .children()
            .filter(|child| child.tag_name().namespace() == Some(XSD))
        {
            match child.tag_name().name() {
                name if name == wanted => {
                    let meant = self.reference(child, "ref", wanted).unwrap_or(child);
                    found.push((child, meant));
                }
                "group" | "attributeGroup" => {
                    let kind = if child.tag_name().name() == "group" {
                        "group"
                    } else {
                        "attributeGroup"
                    };
                    if let Some(group) = self.reference(child, "ref", kind) {
                        self.collect(group, wanted, found, depth + 1);
                    }
                }
                "sequence" | "choice" | "all" | "complexContent" | "simpleContent" | "extension"
                | "restriction" => {
                    self.collect(child, wanted, found, depth + 1);
                }
                _ => {}
            }
        }
    }
}

/// The first child of this name.
pub(crate) fn inner<'s>(node: Decl<'s>, name: &str) -> Option<Decl<'s>> {
    node.children().find(|child| child.has_tag_name((XSD, name)))
}

/// Whether a particle may occur more than once.
pub(crate) fn repeats(particle: Decl<'_>) -> bool {
    particle
        .attribute("maxOccurs")
        .is_some_and(|max| max != "0" && max != "1")
}

/// Whether a particle must occur.
pub(crate) fn is_required(particle: Decl<'_>) -> bool {
    particle.attribute("minOccurs") != Some("0")
}
