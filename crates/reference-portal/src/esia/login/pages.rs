//! What the pages show. They need no script; the identifiers of their elements stay as they are.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

use super::super::codes::CodeCheck;
use super::super::passwords::PolicyFault;
use super::super::people::Role;
use super::super::refusal::Refusal;
use super::super::scopes;
use super::super::state::{Attempt, Challenge, Lock, LockCause};
use crate::clock;
use crate::demo::{Organisation, SecondFactor};

/// Said where another code is asked for too early.
pub(super) const TOO_EARLY: &str = "Новый код пока запросить нельзя: подождите и повторите.";

/// What every form of a sign-in carries along.
pub(super) struct Frame<'a> {
    id: &'a str,
    token: &'a str,
    system: &'a str,
}

impl<'a> Frame<'a> {
    pub(super) fn of(id: &'a str, attempt: &'a Attempt) -> Self {
        Self {
            id,
            token: &attempt.form_token,
            system: &attempt.client_id,
        }
    }

    fn hidden(&self) -> Markup {
        html! {
            input type="hidden" name="a" value=(self.id);
            input type="hidden" name="t" value=(self.token);
        }
    }
}

pub(super) async fn style() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "max-age=3600"),
    ];
    (headers, include_str!("style.css")).into_response()
}

fn page(title: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="ru" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " — учебная ЕСИА" }
                link rel="stylesheet" href="/idp/style.css";
            }
            body {
                header { strong { "Учебная ЕСИА" } span { "эталонный портал, не настоящие Госуслуги" } }
                main { h1 { (title) } (content) }
            }
        }
    }
}

fn problem(text: &str) -> Markup {
    html! { p #problem .problem role="alert" { (text) } }
}

/// Login and password; after a failure `login` is what was typed.
pub(super) fn password(frame: &Frame<'_>, failed: Option<&str>) -> Markup {
    let content = html! {
        p .lead { "Система " b { (frame.system) } " просит войти через Госуслуги." }
        @if failed.is_some() {
            (problem("Неверный логин или пароль. Проверьте раскладку, регистр букв и пробелы. (AUTH-WRONG)"))
        }
        form method="post" action="/idp/login" {
            (frame.hidden())
            label for="login" { "Телефон или электронная почта" }
            input #login name="login" type="text" autocomplete="username" required maxlength="120"
                value=(failed.unwrap_or_default()) autofocus[failed.is_none()];
            label for="password" { "Пароль" }
            input #password name="password" type="password" autocomplete="current-password" required
                maxlength="200" autofocus[failed.is_some()];
            button #submit type="submit" { "Войти" }
        }
        p { a #recover href={ "/idp/recover?a=" (frame.id) } { "Забыли пароль?" } }
        p .note {
            "Вход с электронной подписью здесь не предусмотрен: открытого способа для него у ЕСИА нет. "
            "Подпишите вход ключом доступа к API в самой программе."
        }
    };
    page("Вход", &content)
}

/// What is wrong with a code.
pub(super) fn code_problem(check: CodeCheck) -> &'static str {
    match check {
        CodeCheck::Right | CodeCheck::Wrong => "Код неверный. (AUTH-CODE-WRONG)",
        CodeCheck::Expired => "Срок действия кода истёк: запросите новый. (AUTH-CODE-EXPIRED)",
        CodeCheck::Spent => "Попытки исчерпаны: запросите новый код. (AUTH-CODE-SPENT)",
    }
}

/// The code, by SMS or of the application.
pub(super) fn second_factor(
    frame: &Frame<'_>,
    challenge: &Challenge,
    to: &str,
    unknown_device: bool,
    pause_ms: Option<i64>,
    failed: Option<&str>,
) -> Markup {
    let by_app = challenge.channel == "app";
    let content = html! {
        @if unknown_device {
            p #new-device .notice {
                "С этого устройства вы ещё не входили. Вход приостановлен, пока вы не подтвердите его кодом; "
                "на почту отправлено уведомление."
            }
        }
        @if by_app {
            p .lead { "Введите код из приложения для одноразовых паролей." }
        } @else {
            p .lead { "Код отправлен в SMS на номер " span .nowrap { (to) } "." }
        }
        @if let Some(text) = failed { (problem(text)) }
        form method="post" action="/idp/login/code" {
            (frame.hidden())
            label for="code" { "Код подтверждения" }
            input #code name="code" type="text" inputmode="numeric" autocomplete="one-time-code" required
                maxlength="12" autofocus;
            p .note #attempts { "Осталось попыток: " (challenge.attempts_left) }
            button #confirm type="submit" { "Подтвердить" }
        }
        form method="post" action="/idp/login/resend" {
            (frame.hidden())
            @if by_app {
                input type="hidden" name="channel" value="sms";
                button #resend .second type="submit" { "Нет доступа к приложению: прислать SMS" }
            } @else {
                @match pause_ms {
                    Some(0) => { button #resend .second type="submit" { "Отправить код ещё раз" } }
                    Some(pause) => {
                        button #resend .second type="submit" { "Отправить код ещё раз" }
                        p .note #pause { "Можно через " ((pause + 999) / 1000) " с." }
                    }
                    None => { p .note { "Больше кодов для этого входа не отправить: начните вход заново." } }
                }
            }
        }
    };
    page("Подтверждение входа", &content)
}

fn new_password_fields(faults: &[PolicyFault]) -> Markup {
    html! {
        @if !faults.is_empty() {
            ul #problem .problem role="alert" { @for fault in faults { li { (fault.text()) } } }
        }
        label for="new" { "Новый пароль" }
        input #new name="new" type="password" autocomplete="new-password" required maxlength="200";
        p .note { "Не меньше 12 символов: заглавные и строчные буквы, цифры и знаки." }
        label for="again" { "Новый пароль ещё раз" }
        input #again name="again" type="password" autocomplete="new-password" required maxlength="200";
    }
}

/// A new password in place of one that is too old.
pub(super) fn renew(frame: &Frame<'_>, faults: &[PolicyFault], expired: bool) -> Markup {
    let content = html! {
        @if expired {
            p #expired .notice { "Срок действия пароля истёк. Задайте новый, чтобы продолжить вход." }
        }
        form method="post" action="/idp/login/renew" {
            (frame.hidden())
            (new_password_fields(faults))
            button #submit type="submit" { "Сменить пароль и войти" }
        }
    };
    page("Смена пароля", &content)
}

/// For which organisation; blocked ones are shown and cannot be chosen.
pub(super) fn organisation(frame: &Frame<'_>, roles: &[Role<'_>]) -> Markup {
    let content = html! {
        p .lead { "Система " b { (frame.system) } " просит данные организации. От чьего имени вы входите?" }
        form method="post" action="/idp/login/organisation" {
            (frame.hidden())
            label for="organisation" { "Организация" }
            select #organisation name="organisation" required {
                @for role in roles {
                    option value=(role.organisation.oid) disabled[!role.active] {
                        (role.organisation.short_name)
                        @if !role.active { " — доступ заблокирован" }
                    }
                }
            }
            button #submit type="submit" { "Продолжить" }
        }
    };
    page("Выбор организации", &content)
}

/// What the system gets.
pub(super) fn consent(frame: &Frame<'_>, attempt: &Attempt, organisation: Option<&Organisation>) -> Markup {
    let content = html! {
        p .lead { "Система " b { (frame.system) } " получит:" }
        @let of_person = scopes::describe(attempt.scope.iter());
        @if !of_person.is_empty() {
            h2 { "Ваши данные" }
            ul #scopes { @for text in of_person { li { (text) } } }
        }
        @if let Some(organisation) = organisation {
            h2 { (organisation.short_name) }
            ul #scopes-org { @for text in scopes::describe(attempt.scope_org.iter()) { li { (text) } } }
        }
        form method="post" action="/idp/login/consent" {
            (frame.hidden())
            button #allow name="answer" value="allow" type="submit" { "Предоставить" }
            button #deny .second name="answer" value="deny" type="submit" { "Отказать" }
        }
    };
    page("Предоставление доступа", &content)
}

/// `31.12.2026 23:59:59`, Moscow time.
fn moment(ms: i64) -> String {
    let text = clock::list_format(ms);
    match (text.get(..4), text.get(5..7), text.get(8..10), text.get(11..19)) {
        (Some(year), Some(month), Some(day), Some(time)) => format!("{day}.{month}.{year} {time}"),
        _ => text,
    }
}

/// Password and second factor of who is signed in.
pub(super) fn security(
    token: &str,
    factor: SecondFactor,
    app: bool,
    password_end_ms: i64,
    failed: Option<&str>,
    faults: &[PolicyFault],
) -> Markup {
    let current = |id: &str| {
        html! {
            input type="hidden" name="t" value=(token);
            label for=(id) { "Текущий пароль" }
            input id=(id) name="current" type="password" autocomplete="current-password" required maxlength="200";
        }
    };
    let ways = [
        (SecondFactor::Sms, "sms", "Код из SMS"),
        (SecondFactor::App, "app", "Код из приложения"),
        (SecondFactor::None, "none", "Только пароль на знакомом устройстве"),
    ];
    let content = html! {
        @if let Some(text) = failed { (problem(text)) }
        h2 { "Пароль" }
        p #password-expires .note { "Действует до " (moment(password_end_ms)) " (московское время)." }
        form method="post" action="/idp/security/password" {
            (current("current"))
            (new_password_fields(faults))
            button #change-password type="submit" { "Сменить пароль" }
        }
        h2 { "Подтверждение входа" }
        form method="post" action="/idp/security/factor" {
            label for="factor" { "Чем подтверждать вход" }
            select #factor name="factor" {
                @for (way, value, text) in ways {
                    @if way != SecondFactor::App || app {
                        option value=(value) selected[way == factor] { (text) }
                    }
                }
            }
            p .note { "Вход с нового устройства подтверждается кодом всегда." }
            (current("factor-current"))
            button #change-factor type="submit" { "Сохранить" }
        }
    };
    page("Безопасность", &content)
}

/// What was changed.
pub(super) fn security_changed(what: &str) -> Markup {
    let content = html! {
        p #done { (what) }
        p { a #back href="/idp/security" { "Вернуться" } }
    };
    page("Безопасность", &content)
}

/// Why the account is locked, until when, and what to do.
pub(super) fn locked(lock: &Lock, attempt: Option<&str>) -> Markup {
    let (code, cause, next) = cause(lock.cause);
    let content = html! {
        p #cause .problem role="alert" { (cause) " (" (code) ")" }
        @if let Some(until) = lock.until_ms {
            p { "Блокировка действует до " b #until { (moment(until)) } " (московское время)." }
        } @else {
            p #until { "Блокировку снимает служба поддержки." }
        }
        p { (next) }
        @if let Some(id) = attempt {
            p { a #recover href={ "/idp/recover?a=" (id) } { "Восстановить доступ" } }
        }
    };
    page("Учётная запись заблокирована", &content)
}

fn cause(cause: LockCause) -> (&'static str, &'static str, &'static str) {
    const SUPPORT: &str = "Обратитесь в службу поддержки и назовите код причины.";
    match cause {
        LockCause::WrongPasswords => (
            "LOCK-PASSWORD",
            "Слишком много неверных паролей подряд.",
            "Подождите или восстановите пароль.",
        ),
        LockCause::WrongCodes => (
            "LOCK-CODE",
            "Слишком много неверных кодов подтверждения.",
            "Подождите. Если коды вводили не вы, смените пароль.",
        ),
        LockCause::UnconfirmedOrganisation => (
            "LOCK-ORGANISATION",
            "Правовой статус организации не подтверждён в реестре.",
            SUPPORT,
        ),
        LockCause::OutdatedContacts => (
            "LOCK-CONTACTS",
            "Данные руководителя или контакты устарели или неверны.",
            "Обновите данные через службу поддержки.",
        ),
        LockCause::OutdatedCertificate => (
            "LOCK-CERTIFICATE",
            "Сертификат электронной подписи устарел.",
            "Получите новый сертификат и привяжите его.",
        ),
        LockCause::AutomatedRequests => ("LOCK-AUTOMATED", "Похоже на автоматические запросы.", SUPPORT),
        LockCause::Terms => ("LOCK-TERMS", "Нарушены условия использования.", SUPPORT),
        LockCause::CompromisedPassword => (
            "LOCK-COMPROMISED",
            "Пароль устарел или стал известен посторонним.",
            "Восстановите пароль: блокировка снимется.",
        ),
        LockCause::HackingSuspicion => ("LOCK-HACKING", "Подозрение на взлом.", SUPPORT),
        LockCause::RegistrationNotConfirmed => (
            "LOCK-REGISTRATION",
            "Регистрация не подтверждена в срок.",
            SUPPORT,
        ),
    }
}

/// For which login the password was forgotten.
pub(super) fn recover(frame: &Frame<'_>) -> Markup {
    let content = html! {
        p .lead { "Укажите телефон или почту учётной записи: пришлём код." }
        form method="post" action="/idp/recover" {
            (frame.hidden())
            label for="login" { "Телефон или электронная почта" }
            input #login name="login" type="text" autocomplete="username" required maxlength="120" autofocus;
            button #submit type="submit" { "Прислать код" }
        }
        p { a href={ "/idp/login?a=" (frame.id) } { "Вернуться ко входу" } }
    };
    page("Восстановление пароля", &content)
}

/// The code and the new password.
pub(super) fn recover_code(
    frame: &Frame<'_>,
    recovery: &str,
    failed: Option<&str>,
    faults: &[PolicyFault],
) -> Markup {
    let content = html! {
        p #sent .lead { "Если такая учётная запись есть, код отправлен." }
        @if let Some(text) = failed { (problem(text)) }
        form method="post" action="/idp/recover/code" {
            (frame.hidden())
            input type="hidden" name="recovery" value=(recovery);
            label for="code" { "Код подтверждения" }
            input #code name="code" type="text" inputmode="numeric" autocomplete="one-time-code" required
                maxlength="12";
            (new_password_fields(faults))
            button #confirm type="submit" { "Задать новый пароль" }
        }
    };
    page("Восстановление пароля", &content)
}

/// The new password is set.
pub(super) fn recovered(frame: &Frame<'_>) -> Markup {
    let content = html! {
        p #done { "Пароль изменён, прежние сеансы завершены." }
        p { a #back href={ "/idp/login?a=" (frame.id) } { "Войти с новым паролем" } }
    };
    page("Пароль изменён", &content)
}

/// Why a request is not answered at the address it names.
pub(super) fn refused(refusal: Refusal) -> Markup {
    let content = html! {
        p #problem .problem role="alert" { (refusal.description()) }
        p { "Вернитесь в программу и начните вход заново. Если ошибка повторится, сообщите её код в поддержку." }
    };
    page("Вход невозможен", &content)
}

/// The sign-in is over, or of another browser.
pub(super) fn stale() -> Markup {
    let content = html! {
        p #problem .problem role="alert" { "Страница устарела, или вход начат в другом браузере. (AUTH-STALE)" }
        p { "Вернитесь в программу и начните вход заново." }
    };
    page("Вход прерван", &content)
}

/// One way to confirm an account.
pub(super) fn confirmation(title: &str, steps: &str) -> Markup {
    let content = html! {
        p #way { (steps) }
        p { "Это учебный портал: подтверждает учётную запись его оператор." }
    };
    page(title, &content)
}

/// The session is over.
pub(super) fn signed_out() -> Markup {
    page(
        "Вы вышли",
        &html! { p #done { "Сеанс завершён. Окно можно закрыть." } },
    )
}
