//! The structure of the document: what a line is part of, for readers that do not look at pages (ISO 32000-1, 14.7).

use krilla::tagging::{Identifier, Node, TagGroup, TagKind, TagTree};

/// An element of the structure.
pub(super) enum Element {
    Group(TagKind, Vec<Element>),
    /// Holds lines, by index.
    Leaf(TagKind, usize),
}

impl Element {
    pub fn group(tag: impl Into<TagKind>, children: Vec<Self>) -> Self {
        Self::Group(tag.into(), children)
    }

    fn node(self, lines: &mut [Vec<Identifier>]) -> Node {
        match self {
            Self::Group(tag, children) => {
                let children = children.into_iter().map(|child| child.node(lines)).collect();
                TagGroup::with_children(tag, children).into()
            }
            Self::Leaf(tag, index) => {
                let lines = lines.get_mut(index).map(std::mem::take).unwrap_or_default();
                let lines = lines.into_iter().map(Node::from).collect();
                TagGroup::with_children(tag, lines).into()
            }
        }
    }
}

/// The tree of these elements, with the drawn lines of each leaf.
pub(super) fn tree(elements: Vec<Element>, mut lines: Vec<Vec<Identifier>>, language: &str) -> TagTree {
    let mut tree = TagTree::new().with_lang(Some(language.to_owned()));
    for element in elements {
        tree.push(element.node(&mut lines));
    }
    tree
}
