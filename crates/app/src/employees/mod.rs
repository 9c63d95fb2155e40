//! The people of the organisation and what their roles let them do: read without a connection, changed only at the portal.

mod list;
