//! Госпочта: what lists told of, what was opened by whom, what came with it, and how often the portal was asked.

mod keeping;
mod letters;
mod tasks;

pub use letters::{
    KeptFile, KeptLetter, LetterContent, LetterLine, LetterPart, LetterReading, MailKey, NamedFile,
};
pub use tasks::{MailRequest, MailTask, MailTaskState};

pub(super) use keeping::{erase, forget_answer, set_answer, set_hold};
pub(super) use letters::{begin_opening, keep_content, keep_file, opening_failed};
pub(super) use tasks::note_request;

use crate::database::Migration;

pub(super) const MIGRATIONS: &[Migration] = &[Migration {
    version: 8,
    sql: "CREATE TABLE mail_requests (
              kind TEXT NOT NULL,
              at   INTEGER NOT NULL
          ) STRICT;
          CREATE INDEX mail_requests_at ON mail_requests (kind, at);
          CREATE TABLE mail_tasks (
              seq     INTEGER PRIMARY KEY,
              id      BLOB NOT NULL UNIQUE,
              first   INTEGER NOT NULL,
              until   INTEGER NOT NULL,
              ordered INTEGER NOT NULL,
              who     TEXT NOT NULL,
              state   TEXT NOT NULL,
              looked  INTEGER,
              total   INTEGER,
              fetched INTEGER NOT NULL
          ) STRICT;
          CREATE TABLE letters (
              seq     INTEGER PRIMARY KEY,
              thread  BLOB NOT NULL,
              message BLOB NOT NULL,
              title   TEXT NOT NULL,
              subject TEXT,
              created INTEGER NOT NULL,
              is_read INTEGER NOT NULL,
              opening INTEGER,
              opened  INTEGER,
              who     TEXT,
              content TEXT,
              UNIQUE (thread, message)
          ) STRICT;
          CREATE INDEX letters_created ON letters (created, seq);
          CREATE TABLE letter_files (
              letter     INTEGER NOT NULL REFERENCES letters (seq) ON DELETE CASCADE,
              attachment BLOB NOT NULL,
              part       TEXT NOT NULL,
              digest     BLOB NOT NULL REFERENCES blobs (digest),
              size       INTEGER NOT NULL,
              PRIMARY KEY (letter, attachment, part)
          ) STRICT;
          CREATE INDEX letter_files_digest ON letter_files (digest);",
    then: None,
}];
