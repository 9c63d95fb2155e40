//! Files on their way from the portal: kept as far as they came, taken up whole or not at all, and gone when nobody comes back.

use std::io::Read;

use kabinet_domain::{ContentDigest, Document, DocumentFile, DocumentId, FileRole, SubmissionEvent};
use kabinet_store::{Download, Missing, OrganisationStore, Origin, Step, StoreError};
use sha2::{Digest, Sha256};

use crate::support::{Bench, NOW, add, contents, entry, submission};

const NAME: &str = "receipt.pdf";

fn origin(total: Option<u64>) -> Origin {
    Origin {
        source: "files/12/3".to_owned(),
        validator: Some("\"v1\"".to_owned()),
        total,
        digest: Some(ContentDigest([7; 32])),
    }
}

fn begun(store: &OrganisationStore, total: Option<u64>) -> Document {
    let document = add(store, "Акт", b"1");
    store.begin_download(document.id, NAME, &origin(total)).unwrap();
    document
}

fn result(digest: ContentDigest, size: u64) -> DocumentFile {
    DocumentFile {
        name: NAME.to_owned(),
        role: FileRole::Result,
        digest,
        size,
    }
}

fn attach(store: &OrganisationStore, document: DocumentId, file: &DocumentFile) -> Result<(), StoreError> {
    store.change(entry("result-received"), |change| {
        change.attach_download(document, file)
    })
}

#[test]
fn what_has_come_survives_and_goes_on_where_it_stopped() {
    let bench = Bench::new();
    let (vault, store) = bench.store();
    let id = store.id();
    let document = begun(&store, Some(9));
    store.add_to_download(document.id, NAME, 0, b"abcd").unwrap();
    store.add_to_download(document.id, NAME, 4, b"e").unwrap();
    drop((store, vault));
    let vault = kabinet_store::Vault::open(&bench.dir(), bench.keychain.clone())
        .unwrap()
        .unlock(kabinet_store::Unlock::Keychain)
        .unwrap();
    let store = vault.organisation(id).unwrap();
    let held = store.download(document.id, NAME).unwrap().unwrap();
    let expected = Download {
        document: document.id,
        name: NAME.to_owned(),
        origin: origin(Some(9)),
        received: 5,
    };
    assert_eq!(held, expected);
    assert!(!held.is_complete());
    store.add_to_download(document.id, NAME, 5, b"fghi").unwrap();
    assert_eq!(store.downloads(document.id).unwrap()[0].received, 9);

    let (digest, size) = store.digest_download(document.id, NAME).unwrap();
    assert_eq!((digest.0, size), (Sha256::digest(b"abcdefghi").into(), 9));
    attach(&store, document.id, &result(digest, size)).unwrap();
    let mut bytes = Vec::new();
    store.read_blob(digest).unwrap().read_to_end(&mut bytes).unwrap();
    assert_eq!(bytes, b"abcdefghi");
    assert_eq!(store.document(document.id).unwrap().files[1].name, NAME);
    assert_eq!(store.downloads(document.id).unwrap(), []);
    store.check().unwrap();
    assert!(store.soundness().unwrap().damaged.is_empty());
}

#[test]
fn bytes_are_added_only_where_the_last_ones_end() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let document = begun(&store, None);
    store.add_to_download(document.id, NAME, 0, b"abcd").unwrap();
    for at in [0, 3, 5] {
        let torn = store.add_to_download(document.id, NAME, at, b"x");
        assert!(matches!(torn, Err(StoreError::Conflict)), "{at}");
    }
    assert_eq!(store.download(document.id, NAME).unwrap().unwrap().received, 4);
    assert_eq!(store.digest_download(document.id, NAME).unwrap().1, 4);
}

#[test]
fn a_part_is_never_taken_for_the_whole() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let document = begun(&store, Some(5));
    store.add_to_download(document.id, NAME, 0, b"abcd").unwrap();
    let part = store.digest_download(document.id, NAME);
    assert!(matches!(part, Err(StoreError::Conflict)));
    // What came after it was digested counts as well.
    let file = result(ContentDigest(Sha256::digest(b"abcd").into()), 4);
    store.add_to_download(document.id, NAME, 4, b"e").unwrap();
    assert!(matches!(
        attach(&store, document.id, &file),
        Err(StoreError::Conflict)
    ));
    assert_eq!(store.document(document.id).unwrap(), document);
}

#[test]
fn content_that_is_here_already_is_kept_once() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let document = begun(&store, None);
    store.add_to_download(document.id, NAME, 0, b"1").unwrap();
    let (digest, size) = store.digest_download(document.id, NAME).unwrap();
    attach(&store, document.id, &result(digest, size)).unwrap();
    let sound = store.soundness().unwrap();
    assert_eq!((sound.contents, sound.bytes), (1, 1));
    assert_eq!(store.document(document.id).unwrap().files.len(), 2);
}

#[test]
fn beginning_anew_drops_the_other_version() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let document = begun(&store, Some(9));
    store.add_to_download(document.id, NAME, 0, b"abcd").unwrap();
    let newer = Origin {
        validator: Some("\"v2\"".to_owned()),
        ..Origin::default()
    };
    store.begin_download(document.id, NAME, &newer).unwrap();
    let held = store.download(document.id, NAME).unwrap().unwrap();
    assert_eq!((held.received, held.origin), (0, newer));
    store.add_to_download(document.id, NAME, 0, b"xy").unwrap();
    let (digest, _) = store.digest_download(document.id, NAME).unwrap();
    assert_eq!(digest.0, <[u8; 32]>::from(Sha256::digest(b"xy")));
}

#[test]
fn a_submission_that_is_over_leaves_nothing_half_here() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let document = begun(&store, Some(9));
    let queued = submission(&document);
    store
        .change(entry("document.queued"), |change| change.enqueue(&queued))
        .unwrap();
    store.add_to_download(document.id, NAME, 0, b"abcd").unwrap();
    store
        .postpone(&queued, 1, NOW, Some("portal.unavailable".to_owned()))
        .unwrap();
    assert_eq!(store.downloads(document.id).unwrap().len(), 1, "it waits");

    let waiting = store.submission(queued.id).unwrap();
    let over = Step {
        state: waiting.state.after(SubmissionEvent::Withdrawn).unwrap(),
        attempts: 0,
        due: NOW,
        last_error: None,
    };
    store
        .change(entry("document.withdrawn"), |change| {
            change.advance(&waiting, &over)
        })
        .unwrap();
    assert_eq!(store.downloads(document.id).unwrap(), []);
    let late = store.add_to_download(document.id, NAME, 4, b"e");
    assert!(
        matches!(late, Err(StoreError::Conflict)),
        "a late piece has no home"
    );
}

#[test]
fn one_file_is_given_up_alone() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let document = begun(&store, Some(9));
    store.begin_download(document.id, "a.sig", &origin(None)).unwrap();
    store.drop_download(document.id, "a.sig").unwrap();
    let left: Vec<String> = store
        .downloads(document.id)
        .unwrap()
        .into_iter()
        .map(|download| download.name)
        .collect();
    assert_eq!(left, [NAME]);
    let gone = store.digest_download(document.id, "a.sig");
    assert!(matches!(gone, Err(StoreError::NotFound(Missing::Content))));
}

#[test]
fn a_backup_takes_what_is_on_its_way_along_and_it_is_nowhere_in_plain() {
    const MARK: &[u8] = b"not to be read by anybody who finds the disk";
    let bench = Bench::new();
    let (vault, store) = bench.store();
    let document = begun(&store, None);
    store.add_to_download(document.id, NAME, 0, MARK).unwrap();
    vault.back_up(NOW, 3).unwrap();
    for (path, bytes) in contents(bench.folder.path()) {
        assert!(
            !bytes.windows(MARK.len()).any(|window| window == MARK),
            "{path:?}"
        );
    }
    store.check().unwrap();
}
