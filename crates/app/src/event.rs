/// What changed, for whoever shows it.
#[derive(Clone, Debug)]
pub enum Event {
    /// The state line.
    StateChanged,
    /// Documents or their statuses.
    DocumentsChanged,
    /// The outbox.
    OutboxChanged,
    /// A status of an order that a person should hear about.
    StatusChanged {
        /// Title of the document.
        title: String,
        /// Status in the portal's words.
        status: String,
    },
}
