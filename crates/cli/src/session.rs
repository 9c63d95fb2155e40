//! Signing in and out.

use std::process::ExitCode;
use std::sync::Arc;

use kabinet_app::view::{EsiaRole, Params};
use kabinet_app::{App, AppError, Browser, BrowserError, SystemBrowser};
use kabinet_texts::Texts;
use serde_json::json;

use crate::arguments::{Arguments, SignIn};
use crate::local::app_with_browser;
use crate::output::{DONE, INVALID, Output};
use crate::vault::{closed, given, opened};

type Done = Result<ExitCode, AppError>;

/// Says the address on standard error, where it disturbs no script, and opens it unless it is only to be said.
struct Said {
    texts: Texts,
    opens: bool,
}

impl Browser for Said {
    fn open(&self, url: &str) -> Result<(), BrowserError> {
        eprintln!("{}\n{url}", self.texts.plain("cli.sign-in.opened"));
        if self.opens {
            // Whoever has no browser here opens the address that was said elsewhere on this computer.
            let _ = SystemBrowser.open(url);
        }
        Ok(())
    }
}

pub async fn sign_in(arguments: &Arguments, output: &Output, asked: &SignIn) -> Done {
    if let Some(certificate) = &asked.cert {
        let app = opened(arguments, &asked.module, asked.pin_stdin).await?;
        let session = app.sign_in(certificate).await?;
        let line = signed_in(output, &session.holder, &session.expires_at);
        return Ok(output.result(&session, || vec![line], DONE));
    }
    let browser = Said {
        texts: output.texts().clone(),
        opens: !asked.print,
    };
    let app = app_with_browser(arguments, given(arguments, false)?, Arc::new(browser))?;
    app.unlock().await?;
    let person = app.sign_in_in_browser(asked.anew).await?;
    let role = person.roles.iter().find(|role| match &asked.organisation {
        Some(wanted) => role.oid == *wanted || role.ogrn.as_ref() == Some(wanted),
        None => role.current,
    });
    let Some(role) = role else {
        // Which there are is the answer; signed in for none of them is not what was asked for.
        let lines = || {
            let name = Params::from([("name".to_owned(), person.name.clone())]);
            let roles = person.roles.iter().map(|role| role_line(output, role));
            std::iter::once(output.text("cli.sign-in.person", &name))
                .chain(roles)
                .collect()
        };
        return Ok(output.result(&person, lines, INVALID));
    };
    let entry = app.enter_by_esia(&role.oid).await?;
    match &entry.session {
        Some(session) => {
            let line = signed_in(output, &session.holder, &session.expires_at);
            Ok(output.result(&entry, || vec![line], DONE))
        }
        None => Ok(output.result(&entry, || vec![role_line(output, role)], INVALID)),
    }
}

pub async fn sign_out(arguments: &Arguments, output: &Output, browser: bool) -> Done {
    let app: App = closed(arguments)?;
    app.unlock().await?;
    if browser {
        app.sign_out_of_esia().await?;
    } else {
        app.sign_out().await?;
    }
    Ok(output.result(
        &json!({ "session": null }),
        || vec![output.texts().plain("ui.session.none")],
        DONE,
    ))
}

fn signed_in(output: &Output, holder: &str, until: &str) -> String {
    let params = [("holder", holder), ("until", until)];
    output.text(
        "cli.sign-in.session",
        &params
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
    )
}

fn role_line(output: &Output, role: &EsiaRole) -> String {
    let params = [
        ("oid", role.oid.clone()),
        ("ogrn", role.ogrn.clone().unwrap_or_default()),
        ("name", role.name.clone()),
    ];
    output.text(
        "cli.sign-in.role",
        &params.map(|(name, value)| (name.to_owned(), value)).into(),
    )
}
