//! Names for what happened to a document after a signature.

/// A change that a signature allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// Certificates and revocation material were added (DSS).
    Evidence,
    /// A document time stamp was added.
    DocumentTimeStamp,
    /// Metadata or the information dictionary changed.
    Metadata,
    /// An empty signature field was added.
    SignatureField,
    /// Somebody else signed.
    Signature,
    /// A form field was filled in.
    FormFill,
    /// A comment was added or changed.
    Annotation,
}

impl Change {
    /// Stable code for texts and logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Evidence => "pdf.change.evidence",
            Self::DocumentTimeStamp => "pdf.change.time-stamp",
            Self::Metadata => "pdf.change.metadata",
            Self::SignatureField => "pdf.change.signature-field",
            Self::Signature => "pdf.change.signature",
            Self::FormFill => "pdf.change.form-fill",
            Self::Annotation => "pdf.change.annotation",
        }
    }
}

/// A change that a signature does not allow, or that hides what else changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Violation {
    /// The catalog or the trailer.
    Catalog,
    /// The page tree: pages added, removed or exchanged.
    PageTree,
    /// A page: its content, its resources or its boxes.
    PageContent,
    /// An annotation was added, removed or changed.
    Annotation,
    /// The form itself: default resources, calculation order, XFA.
    Form,
    /// A field was added.
    FieldAdded,
    /// A field was removed.
    FieldRemoved,
    /// A field changed in more than its value.
    FieldChanged,
    /// A locked field was filled in, or a document that allows no changes.
    FieldLocked,
    /// A field looks different though its value is the same, or was hidden or shown.
    Appearance,
    /// A signature was removed or changed.
    SignatureChanged,
    /// A signature is not an object of its own, or takes the place of one there was.
    SignatureMisplaced,
    /// A visible signature field was added to a certified document.
    SignatureVisible,
    /// The chain of revisions does not contain the signed one.
    History,
    /// An object stream of the signed revision was replaced.
    Container,
    /// Octets after the signed revision are no update of it, or an object of the update is unreadable.
    Update,
    /// The update shows different objects to different readers.
    Hybrid,
}

impl Violation {
    /// Stable code for texts and logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Catalog => "pdf.changed.catalog",
            Self::PageTree => "pdf.changed.page-tree",
            Self::PageContent => "pdf.changed.page-content",
            Self::Annotation => "pdf.changed.annotation",
            Self::Form => "pdf.changed.form",
            Self::FieldAdded => "pdf.changed.field-added",
            Self::FieldRemoved => "pdf.changed.field-removed",
            Self::FieldChanged => "pdf.changed.field",
            Self::FieldLocked => "pdf.changed.field-locked",
            Self::Appearance => "pdf.changed.appearance",
            Self::SignatureChanged => "pdf.changed.signature",
            Self::SignatureMisplaced => "pdf.changed.signature-misplaced",
            Self::SignatureVisible => "pdf.changed.signature-visible",
            Self::History => "pdf.changed.history",
            Self::Container => "pdf.changed.object-stream",
            Self::Update => "pdf.changed.update-broken",
            Self::Hybrid => "pdf.changed.hybrid",
        }
    }

    /// Whether it shows in names and places of objects, whatever they contain.
    pub(super) fn is_structural(&self) -> bool {
        use Violation::{Container, FieldRemoved, History, Hybrid, PageTree, SignatureMisplaced, Update};
        let structural = [
            Container,
            FieldRemoved,
            History,
            Hybrid,
            PageTree,
            SignatureMisplaced,
            Update,
        ];
        structural.contains(self)
    }
}

/// A change of which it is not known whether it alters what is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Doubt {
    /// The logical structure (tags), which is read aloud and not shown.
    Structure,
    /// Readers are told to draw all form fields anew.
    NeedAppearances,
    /// The signature restricts changes in a way this program does not know.
    Permissions,
    /// The signed revision has objects that cannot be read here; what they lead to may have changed.
    Unreadable,
    /// Strings and streams are encrypted; only what is written the same can be compared.
    Encrypted,
}

impl Doubt {
    /// Stable code for texts and logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Structure => "pdf.doubt.structure",
            Self::NeedAppearances => "pdf.doubt.need-appearances",
            Self::Permissions => "pdf.doubt.permissions",
            Self::Unreadable => "pdf.doubt.unreadable",
            Self::Encrypted => "pdf.doubt.encrypted",
        }
    }
}
