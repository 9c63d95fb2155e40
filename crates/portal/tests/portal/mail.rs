//! Госпочта as the notes on ГЭПС API 1.0 have it.

use kabinet_portal::{
    AttachmentPart, LetterId, LostReason, MailFilter, MailList, MailQuery, MailQueryInvalid, MailSearch,
    PortalError, Refusal,
};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

use crate::mock::{Fault, Mock, broken_server, client_with, options, reply, reply_with, token};

const NOW: OffsetDateTime = datetime!(2026-03-10 12:00 +3);
const SEARCH: &str = "6f1c2f0e-58f1-4d06-9c7e-0c6b3c1b2a11";
const THREAD: &str = "0b0f3f9a-3f6d-4c35-8a55-7e5d12c1aa01";
const MESSAGE: &str = "0b0f3f9a-3f6d-4c35-8a55-7e5d12c1aa02";
const FILE: &str = "0b0f3f9a-3f6d-4c35-8a55-7e5d12c1aa03";
const BASE: &str = "/api/gusmev/proxy/geps-api-ext/api/messages/v1";

fn yesterday() -> MailQuery {
    MailQuery::new(NOW - Duration::DAY, NOW, MailFilter::Unread, NOW).unwrap()
}

fn letter() -> LetterId {
    LetterId {
        thread: THREAD.parse().unwrap(),
        message: MESSAGE.parse().unwrap(),
    }
}

fn search() -> MailSearch {
    MailSearch(SEARCH.parse().unwrap())
}

#[test]
fn what_the_portal_would_not_look_for_is_not_asked_for() {
    let query = |from, to| MailQuery::new(from, to, MailFilter::Any, NOW);
    assert!(query(NOW - Duration::days(30), NOW - Duration::days(29)).is_ok());
    for (from, to, expected) in [
        (NOW, NOW, MailQueryInvalid::Stretch),
        (NOW, NOW - Duration::HOUR, MailQueryInvalid::Stretch),
        (NOW - Duration::hours(25), NOW, MailQueryInvalid::Stretch),
        (
            NOW - Duration::days(30) - Duration::SECOND,
            NOW - Duration::days(30),
            MailQueryInvalid::Depth,
        ),
    ] {
        assert_eq!(query(from, to), Err(expected));
    }
}

#[tokio::test]
async fn a_list_is_ordered_with_zoned_times() {
    let mock = Mock::start(|_| reply(200, format!(r#"{{"searchTaskUuid":"{SEARCH}"}}"#))).await;
    let ordered = mock.client().order_mail_list(&token().await, &yesterday()).await;
    assert_eq!(ordered, Ok(search()));
    let seen = mock.only_request();
    assert_eq!(
        (seen.method.as_str(), seen.uri),
        ("POST", format!("{BASE}/search"))
    );
    assert_eq!(
        serde_json::from_slice::<serde_json::Value>(&seen.body).unwrap(),
        serde_json::json!({
            "startDateTime": "2026-03-09T12:00:00+03:00",
            "endDateTime": "2026-03-10T12:00:00+03:00",
            "statusFilter": "UNREAD",
        })
    );
}

#[tokio::test]
async fn a_list_is_prepared_failed_or_there() {
    for (status, expected) in [
        ("SEARCH", MailList::Preparing),
        ("PROCESSING", MailList::Preparing),
        ("SOMETHING_NEW", MailList::Preparing),
        ("ERROR", MailList::Failed),
    ] {
        let body = format!(r#"{{"searchTaskStatus":"{status}"}}"#);
        let mock = Mock::start(move |_| reply(200, body.clone())).await;
        assert_eq!(
            mock.client().mail_list(&token().await, search(), 0).await,
            Ok(expected)
        );
    }
    let body = format!(
        r#"{{"searchTaskStatus":"COMPLETED","offset":1000,"limit":1000,"total":1001,"messageList":[
        {{"threadUuid":"{THREAD}","messageUuid":"{MESSAGE}","feedTitle":"ФССП России","feedSubtitle":"Постановление",
          "isRead":false,"createDate":"2026-03-09T18:30:00.000+03:00"}},{{"feedTitle":"без номера"}}]}}"#
    );
    let mock = Mock::start(move |_| reply(200, body.clone())).await;
    let MailList::Ready(page) = mock
        .client()
        .mail_list(&token().await, search(), 1000)
        .await
        .unwrap()
    else {
        panic!("it is there");
    };
    assert_eq!((page.total, page.letters.len()), (1001, 1));
    assert_eq!(page.letters[0].id, letter());
    assert_eq!(page.letters[0].title, "ФССП России");
    assert_eq!(page.letters[0].created, Some(datetime!(2026-03-09 18:30 +3)));
    assert!(!page.letters[0].is_read);
    let seen = mock.only_request();
    assert_eq!(seen.uri, format!("{BASE}/search/{SEARCH}?offset=1000&limit=1000"));
}

#[tokio::test]
async fn a_list_that_is_kept_no_more_is_not_found() {
    let mock = Mock::always(404, "").await;
    let list = mock.client().mail_list(&token().await, search(), 0).await;
    assert_eq!(list, Err(PortalError::NotFound));
}

#[tokio::test]
async fn a_letter_is_opened_once_with_its_files() {
    let body = format!(
        r#"{{"threadUuid":"{THREAD}","messageUuid":"{MESSAGE}","text":"<p>Требование</p>","isRead":true,
        "createDate":"2026-03-09T18:30:00+03:00","params":{{"uin":"188","sum":1200.5,"none":null}},
        "attachmentList":[{{"messageUuid":"{MESSAGE}","attachmentUuid":"{FILE}","fileName":"требование.pdf","fileSize":5,
          "mimeType":"application/pdf","signed":true,"statusMnemonic":"READY"}},
          {{"messageUuid":"{MESSAGE}","attachmentUuid":"{FILE}","fileName":"b.pdf","statusMnemonic":"DOWNLOADING"}}],
        "statusList":[{{"mnemonic":"DELIVERED","description":"Доставлено","originatorUserName":null,
          "createDate":"2026-03-09T18:30:01+03:00"}}]}}"#
    );
    let mock = Mock::start(move |request| {
        if request.uri.contains("/attachment/") {
            reply_with(200, "content-type", "application/pdf", "%PDF-")
        } else {
            reply(200, body.clone())
        }
    })
    .await;
    let (client, token) = (mock.client(), token().await);
    let opened = client.letter(&token, letter()).await.unwrap();
    assert_eq!(opened.html, "<p>Требование</p>");
    let params: Vec<_> = opened.params.iter().map(|(k, v)| (&**k, &**v)).collect();
    assert_eq!(params, [("sum", "1200.5"), ("uin", "188")]);
    let ready: Vec<_> = opened.attachments.iter().map(|file| file.is_ready).collect();
    assert_eq!(ready, [true, false]);
    assert_eq!(opened.statuses[0].code, "DELIVERED");
    assert_eq!(mock.seen().len(), 1, "opened once");

    for (part, name) in [(AttachmentPart::File, "file"), (AttachmentPart::Signature, "sig")] {
        let mut file = client
            .letter_file(&token, &opened.attachments[0], part, 1000)
            .await
            .unwrap();
        let mut bytes = Vec::new();
        while let Some(more) = file.next().await.unwrap() {
            bytes.extend_from_slice(&more);
        }
        assert_eq!(bytes, b"%PDF-");
        let seen = mock.seen();
        let last = &seen.last().unwrap().uri;
        assert_eq!(last, &format!("{BASE}/attachment/{MESSAGE}/{FILE}/{name}"));
    }
}

/// Whoever asked must know: the notice may count as delivered.
#[tokio::test]
async fn a_letter_whose_answer_is_lost_may_be_opened() {
    for fault in [Fault::CloseAfterRequest, Fault::TruncatedAnswer] {
        let client = client_with(broken_server(fault).await, options());
        let error = client.letter(&token().await, letter()).await.unwrap_err();
        assert!(error.outcome_unknown(), "{error:?}");
    }
    let mock = Mock::always(200, "{}").await;
    let error = mock.client().letter(&token().await, letter()).await.unwrap_err();
    let reason = LostReason::AnswerUnreadable;
    let retry_after = None;
    assert_eq!(error, PortalError::OutcomeUnknown { reason, retry_after });
}

#[tokio::test]
async fn limits_and_missing_rights_are_told_apart() {
    let mock = Mock::start(|_| reply_with(429, "retry-after", "3600", "")).await;
    let error = mock
        .client()
        .order_mail_list(&token().await, &yesterday())
        .await
        .unwrap_err();
    assert_eq!(
        (error.code(), error.retry_after()),
        ("portal.rate-limited", Some(std::time::Duration::from_secs(3600)))
    );
    let mock = Mock::always(
        403,
        r#"{"code":"access_denied_user","message":"Недостаточно прав"}"#,
    )
    .await;
    let error = mock
        .client()
        .order_mail_list(&token().await, &yesterday())
        .await
        .unwrap_err();
    assert!(matches!(
        error,
        PortalError::Refused {
            refusal: Refusal::User,
            ..
        }
    ));
}
