//! What the portal tells about one order (answer of method 4).

use kabinet_domain::{OrderId, OrderStatus, Outcome, ProcessingCode};
use time::OffsetDateTime;

use crate::loose::Loose;

/// An order as the portal tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Its number.
    pub id: OrderId,
    /// Code of the gu-smev service, which processes the order before the portal has it; `OK` or `DONE` afterwards.
    pub code: Option<ProcessingCode>,
    /// Words to the code.
    pub message: Option<String>,
    /// Number of the answer, for a request to the portal's support.
    pub message_id: Option<String>,
    /// The portal's statuses, oldest first.
    pub statuses: Vec<OrderStatus>,
    /// Where the order stands: the portal's status, or a bare processing code before there is one.
    pub current: Option<OrderStatus>,
    /// Service code (`eserviceId`).
    pub service: Option<String>,
    /// Title of the service.
    pub service_name: Option<String>,
    /// Title of the authority.
    pub authority: Option<String>,
    /// Last change.
    pub updated: Option<OffsetDateTime>,
    /// Until when the authority waits for the answer to its question, where the portal says it. Nothing is published of such a
    /// member; a portal without it leaves the term to the words of the status.
    pub answer_until: Option<OffsetDateTime>,
    /// Files the authority answered with.
    pub results: Vec<PortalFile>,
    /// Files that were sent.
    pub attachments: Vec<PortalFile>,
}

/// A file at the portal; [`Portal::download`](crate::Portal::download) fetches it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortalFile {
    /// Name without a folder.
    pub name: String,
    /// Bytes, as the portal says.
    pub size: Option<u64>,
    /// Media type, as the portal says.
    pub mime: Option<String>,
    /// The portal says there is a signature to it.
    pub signed: bool,
    /// Number in the file's link; the order's own in all examples.
    pub owner: u64,
    /// Name of the file in the store.
    pub mnemonic: String,
    /// Kind of owner: 3 for results, 2 for attachments.
    pub object_type: u32,
    /// Entry of the status history the file came with (`currentStatusHistoryId`).
    pub history_id: Option<u64>,
    /// Service code (`eserviceId`).
    pub service: Option<String>,
}

/// Code of an order that gu-smev is not, or not any more, concerned with.
const AT_PORTAL: &str = "OK";
/// «Черновик заявления»: the number is reserved.
const DRAFT: i64 = 0;
/// «Заявление требует исправления».
const CORRECTION: i64 = 15;

impl Order {
    /// How the order ended, or `None` while it has not, or when its final status is none of the known kinds
    /// (then [`is_over`](Self::is_over) holds and the status must be read by a person).
    ///
    /// That it ended is taken from `finalStatus`, `closed` or a failed processing code, never from a status id;
    /// the id only says which way.
    pub fn outcome(&self) -> Option<Outcome> {
        if self.code.as_ref().is_some_and(ProcessingCode::is_failure) {
            return Some(Outcome::Failed);
        }
        let last = self.current.as_ref().filter(|status| status.is_final)?;
        match last.status_id {
            Some(3) => Some(Outcome::Accepted),
            Some(4) => Some(Outcome::Refused),
            Some(5 | 24) => Some(Outcome::Failed),
            // No id for it is published; the words are.
            _ => {
                let title = last.title.to_lowercase();
                ["отмен", "отозван"]
                    .iter()
                    .any(|word| title.contains(word))
                    .then_some(Outcome::Cancelled)
            }
        }
    }

    /// Whether only the number exists: nothing was pushed under it, or not all of it (status 0, «Черновик»).
    ///
    /// While gu-smev examines the content, the portal's own history still ends with the draft; a processing code or an
    /// attachment then says that the content is there. To take such an order for a draft would be to file it twice.
    pub fn is_draft(&self) -> bool {
        let being_processed = self.code.as_ref().is_some_and(|code| code.0 != AT_PORTAL);
        let status_is_draft = self
            .current
            .as_ref()
            .is_none_or(|status| status.status_id == Some(DRAFT));
        status_is_draft && !being_processed && self.attachments.is_empty()
    }

    /// Whether the authority waits for a correction (status 15).
    pub fn needs_correction(&self) -> bool {
        self.current
            .as_ref()
            .is_some_and(|status| status.status_id == Some(CORRECTION) && !status.is_final)
    }

    /// Whether nothing will follow.
    pub fn is_over(&self) -> bool {
        self.outcome().is_some() || self.current.as_ref().is_some_and(|status| status.is_final)
    }

    pub(crate) fn read(
        id: OrderId,
        envelope: Loose<'_>,
        details: Option<Loose<'_>>,
        now: OffsetDateTime,
    ) -> Self {
        let code = envelope
            .text("code")
            .map(|code| ProcessingCode(code.trim().to_uppercase()));
        let message = envelope.text("message");
        let mut order = Self {
            id,
            current: code.clone().map(|code| bare_status(code, message.clone(), now)),
            code,
            message,
            message_id: envelope.text("messageId"),
            statuses: Vec::new(),
            service: None,
            service_name: None,
            authority: None,
            updated: None,
            answer_until: None,
            results: Vec::new(),
            attachments: Vec::new(),
        };
        if let Some(details) = details {
            order.read_details(details, now);
        }
        order
    }

    fn read_details(&mut self, details: Loose<'_>, now: OffsetDateTime) {
        self.service = details.text("eserviceId");
        self.service_name = details.text("serviceName");
        self.authority = details
            .text("stateStructureName")
            .or_else(|| details.text("stateOrgName"));
        self.updated = details.time("updated");
        let at = self.updated.unwrap_or(now);
        self.answer_until = details
            .field("currentStatusHistory")
            .and_then(|status| status.time("answerUntil"));
        self.statuses = details
            .list("statuses")
            .map(|status| read_status(status, at))
            .collect();
        self.statuses.sort_by_key(|status| status.at);
        let current = match details.field("currentStatusHistory") {
            Some(status) => Some(read_status(status, at)),
            None => self
                .statuses
                .last()
                .cloned()
                .or_else(|| status_of_order(details, at)),
        };
        if let Some(mut current) = current {
            current.is_final |= details.flag("closed");
            // The order's own fields speak of where it stands now.
            current.agency_code = current.agency_code.or_else(|| agency_code(details));
            match self.statuses.iter_mut().find(|status| is_same(status, &current)) {
                Some(entry) => *entry = current.clone(),
                None => self.statuses.push(current.clone()),
            }
            self.current = Some(current);
        }
        let files = |name| {
            details
                .list(name)
                .filter_map(|file| PortalFile::read(file, details))
                .collect()
        };
        self.results = files("orderResponseFiles");
        self.attachments = files("orderAttachmentFiles");
    }
}

impl PortalFile {
    fn read(file: Loose<'_>, order: Loose<'_>) -> Option<Self> {
        let link = file.text("link")?;
        let (owner, mnemonic, object_type) = parse_link(&link)?;
        let name = file.text("fileName").unwrap_or_else(|| mnemonic.clone());
        Some(Self {
            // A name chosen by the other side must not choose a folder on this one.
            name: name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned(),
            size: file.number("fileSize").and_then(|size| u64::try_from(size).ok()),
            mime: file.text("mimeType"),
            signed: file.flag("hasDigitalSignature"),
            owner,
            mnemonic,
            object_type,
            history_id: order.id("currentStatusHistoryId").or_else(|| {
                order
                    .field("currentStatusHistory")
                    .and_then(|status| status.id("id"))
            }),
            service: order.text("eserviceId"),
        })
    }
}

/// `terrabyte://00/2042107808/07_01.pdf/3`: store, owner, mnemonic, object type.
fn parse_link(link: &str) -> Option<(u64, String, u32)> {
    let (_, path) = link.split_once("://")?;
    let (_, path) = path.split_once('/')?;
    let (owner, path) = path.split_once('/')?;
    let (mnemonic, object_type) = path.rsplit_once('/')?;
    if mnemonic.is_empty() {
        return None;
    }
    Some((
        owner.parse().ok()?,
        mnemonic.to_owned(),
        object_type.parse().ok()?,
    ))
}

fn read_status(status: Loose<'_>, at: OffsetDateTime) -> OrderStatus {
    OrderStatus {
        history_id: status.id("id"),
        status_id: status.number("statusId").and_then(|id| i64::try_from(id).ok()),
        title: status
            .text("title")
            .or_else(|| status.text("statusName"))
            .unwrap_or_default(),
        comment: status.text("comment"),
        sender: status.text("sender"),
        agency_code: agency_code(status),
        code: None,
        at: status.time("date").unwrap_or(at),
        is_final: status.flag("finalStatus"),
        cancel_allowed: status.flag("cancelAllowed"),
        has_result: status.flag("hasResult"),
    }
}

/// `stateOrgStatusCode`; the specification of Госключ writes it in capitals and sends it in small letters.
fn agency_code(from: Loose<'_>) -> Option<String> {
    let code = from.text("stateOrgStatusCode")?.trim().to_lowercase();
    (!code.is_empty()).then_some(code)
}

/// The status in the order's own fields, where there is no history.
fn status_of_order(details: Loose<'_>, at: OffsetDateTime) -> Option<OrderStatus> {
    let status_id = details
        .number("orderStatusId")
        .and_then(|id| i64::try_from(id).ok())?;
    Some(OrderStatus {
        history_id: details.id("currentStatusHistoryId"),
        status_id: Some(status_id),
        title: details.text("orderStatusName").unwrap_or_default(),
        comment: None,
        sender: details.text("stateOrgName"),
        agency_code: agency_code(details),
        code: None,
        at,
        is_final: false,
        cancel_allowed: false,
        has_result: details.flag("hasResult"),
    })
}

fn bare_status(code: ProcessingCode, message: Option<String>, at: OffsetDateTime) -> OrderStatus {
    OrderStatus {
        history_id: None,
        status_id: None,
        title: code.0.clone(),
        comment: message,
        sender: None,
        agency_code: None,
        is_final: code.is_failure(),
        code: Some(code),
        at,
        cancel_allowed: false,
        has_result: false,
    }
}

fn is_same(a: &OrderStatus, b: &OrderStatus) -> bool {
    match (a.history_id, b.history_id) {
        (Some(a), Some(b)) => a == b,
        _ => a.status_id == b.status_id && a.at == b.at,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn order(envelope: Value, details: Value) -> Order {
        Order::read(
            OrderId(1),
            Loose::new(&envelope),
            Some(Loose::new(&details)),
            OffsetDateTime::UNIX_EPOCH,
        )
    }

    fn with_status(id: i64, title: &str, is_final: bool) -> Order {
        order(
            json!({"code": "OK"}),
            json!({"currentStatusHistory": {"id": 5, "statusId": id, "title": title, "finalStatus": is_final}}),
        )
    }

    #[test]
    fn finality_is_never_taken_from_the_id() {
        for id in [3, 4, 5, 24] {
            let order = with_status(id, "Услуга оказана", false);
            assert_eq!((order.outcome(), order.is_over()), (None, false), "{id}");
        }
    }

    #[test]
    fn a_final_status_says_which_way_it_ended() {
        for (id, title, outcome) in [
            (3, "Услуга оказана", Some(Outcome::Accepted)),
            (4, "Отказано в предоставлении услуги", Some(Outcome::Refused)),
            (5, "Ошибка отправки в ведомство", Some(Outcome::Failed)),
            (24, "Ошибка отправки заявления", Some(Outcome::Failed)),
            (10, "Заявление отменено", Some(Outcome::Cancelled)),
            (77, "Иное", None),
        ] {
            let order = with_status(id, title, true);
            assert_eq!((order.outcome(), order.is_over()), (outcome, true), "{id}");
        }
    }

    #[test]
    fn a_closed_order_is_over_whatever_its_status_says() {
        let order = order(
            json!({"code": "OK"}),
            json!({"closed": true, "currentStatusHistory": {"statusId": "3", "finalStatus": "N"}}),
        );
        assert_eq!(order.outcome(), Some(Outcome::Accepted));
    }

    #[test]
    fn a_failed_processing_code_is_the_end() {
        let envelope = json!({"Code": "files_verification_failed", "Message": "Подпись не принята"});
        let order = Order::read(
            OrderId(1),
            Loose::new(&envelope),
            None,
            OffsetDateTime::UNIX_EPOCH,
        );
        assert_eq!(order.outcome(), Some(Outcome::Failed));
        let current = order.current.unwrap();
        assert!(current.is_final);
        assert_eq!(current.comment.as_deref(), Some("Подпись не принята"));
    }

    #[test]
    fn an_order_whose_content_is_being_examined_is_no_draft() {
        let draft = json!({"currentStatusHistory": {"id": 1, "statusId": 0, "title": "Черновик заявления"}});
        assert!(order(json!({"code": "OK"}), draft.clone()).is_draft());
        assert!(order(json!({}), draft.clone()).is_draft());
        for code in [
            "NEW",
            "FILES_VERIFICATION",
            "FILES_VERIFICATION_SUCCESS",
            "RETRY",
            "DONE",
        ] {
            assert!(!order(json!({"code": code}), draft.clone()).is_draft(), "{code}");
        }
        let mut with_file = draft;
        with_file["orderAttachmentFiles"] =
            json!([{"fileName": "a.xml", "link": "terrabyte://00/7/a.xml/2"}]);
        assert!(!order(json!({"code": "OK"}), with_file).is_draft());
        assert!(!with_status(17, "Зарегистрировано", false).is_draft());
    }

    #[test]
    fn links_that_cannot_be_followed_are_left_out() {
        for link in [
            "",
            "terrabyte://00",
            "terrabyte://00/x/a.pdf/3",
            "terrabyte://00/1//3",
            "00/1/a.pdf/3",
        ] {
            assert_eq!(parse_link(link), None, "{link}");
        }
        assert_eq!(
            parse_link("terrabyte://00/7/a/b.pdf/2"),
            Some((7, "a/b.pdf".to_owned(), 2))
        );
    }

    #[test]
    fn a_file_name_never_holds_a_folder() {
        let details = json!({"orderResponseFiles": [
            {"fileName": "../../etc/passwd", "link": "terrabyte://00/7/a.pdf/3"},
            {"fileName": "C:\\Windows\\a.pdf", "link": "terrabyte://00/7/a.pdf/3"}]});
        let names: Vec<String> = order(json!({"code": "OK"}), details)
            .results
            .into_iter()
            .map(|file| file.name)
            .collect();
        assert_eq!(names, ["passwd", "a.pdf"]);
    }
}
