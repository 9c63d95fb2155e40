//! Sets of nodes in the XPath 1.0 data model (§5), where attributes and namespaces are nodes too.

use std::collections::HashMap;

use roxmltree::{Attribute, Document, Namespace, Node};

/// A node of the XPath model. The order is document order (XPath 1.0 §5): an element, its namespaces, its
/// attributes, its children.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Item {
    /// Number of the tree node, or of the element an attribute or namespace belongs to.
    pub node: u32,
    /// Which of its nodes is meant.
    pub part: Part,
}

/// The node itself or a node of its axes, by number in the order of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Part {
    Node,
    Namespace(u32),
    Attribute(u32),
}

impl Item {
    pub(crate) fn of(node: Node<'_, '_>) -> Self {
        Self {
            node: node.id().get(),
            part: Part::Node,
        }
    }
}

/// Namespaces in scope with their items. An undeclared default namespace is not a node; the namespace `xml`, which
/// every element has, is never written and left out.
pub(crate) fn namespaces<'a, 'input: 'a>(
    node: Node<'a, 'input>,
) -> impl Iterator<Item = (Item, &'a Namespace<'input>)> {
    let id = node.id().get();
    (0..)
        .zip(node.namespaces())
        .filter(|(_, namespace)| !namespace.uri().is_empty())
        .map(move |(number, namespace)| {
            let part = Part::Namespace(number);
            (Item { node: id, part }, namespace)
        })
}

/// Attributes with their items.
pub(crate) fn attributes<'a, 'input: 'a>(
    node: Node<'a, 'input>,
) -> impl Iterator<Item = (Item, Attribute<'a, 'input>)> {
    let id = node.id().get();
    (0..).zip(node.attributes()).map(move |(number, attribute)| {
        let part = Part::Attribute(number);
        (Item { node: id, part }, attribute)
    })
}

/// A set of nodes of one document. Attributes and namespaces go with their element unless listed apart.
#[derive(Clone, Debug)]
pub(crate) struct NodeSet {
    nodes: Vec<bool>,
    apart: HashMap<Item, bool>,
}

impl NodeSet {
    pub(crate) fn empty(document: &Document<'_>) -> Self {
        Self {
            nodes: vec![false; document.descendants().count()],
            apart: HashMap::new(),
        }
    }

    /// `node` and everything below it.
    pub(crate) fn subtree(node: Node<'_, '_>, comments: bool) -> Self {
        let mut set = Self::empty(node.document());
        for one in node.descendants() {
            set.nodes[one.id().get_usize()] = comments || !one.is_comment();
        }
        set
    }

    pub(crate) fn contains(&self, item: Item) -> bool {
        let whole = || self.nodes.get(item.node as usize).copied().unwrap_or(false);
        if item.part == Part::Node || self.apart.is_empty() {
            return whole();
        }
        self.apart.get(&item).copied().unwrap_or_else(whole)
    }

    pub(crate) fn has(&self, node: Node<'_, '_>) -> bool {
        self.contains(Item::of(node))
    }

    /// Adds `node` and everything below it, comments too.
    pub(crate) fn add_subtree(&mut self, node: Node<'_, '_>) {
        for one in node.descendants() {
            self.nodes[one.id().get_usize()] = true;
        }
    }

    /// Adds every node of `other`, of the same document; attributes and namespaces go with their elements.
    pub(crate) fn unite(&mut self, other: &Self) {
        for (one, more) in self.nodes.iter_mut().zip(&other.nodes) {
            *one |= more;
        }
        let nodes = &other.nodes;
        self.apart
            .retain(|item, _| !nodes.get(item.node as usize).copied().unwrap_or(false));
    }

    /// Whether an element is in without one of its attributes or namespaces.
    pub(crate) fn has_gaps_in_axes(&self) -> bool {
        self.apart.values().any(|inside| !inside)
    }

    /// Takes `node` and everything below it out.
    pub(crate) fn remove_subtree(&mut self, node: Node<'_, '_>) {
        for one in node.descendants() {
            self.nodes[one.id().get_usize()] = false;
        }
        let first = node.id().get() as usize;
        let below = first..first + node.descendants().count();
        self.apart
            .retain(|item, _| !below.contains(&(item.node as usize)));
    }

    /// Keeps the nodes, attributes and namespaces for which `keep` says so.
    pub(crate) fn filter<E>(
        &self,
        document: &Document<'_>,
        mut keep: impl FnMut(Item) -> Result<bool, E>,
    ) -> Result<Self, E> {
        let mut filtered = Self::empty(document);
        for node in document.descendants() {
            let item = Item::of(node);
            let kept = self.contains(item) && keep(item)?;
            filtered.nodes[node.id().get_usize()] = kept;
            let axes = namespaces(node)
                .map(|(item, _)| item)
                .chain(attributes(node).map(|(item, _)| item));
            for item in axes {
                let part = self.contains(item) && keep(item)?;
                if part != kept {
                    filtered.apart.insert(item, part);
                }
            }
        }
        Ok(filtered)
    }
}
