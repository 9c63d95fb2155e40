//! Changes of tokens.

use std::io::Write;
use std::process::ExitCode;

use kabinet_app::sign_streams::Place;
use kabinet_app::{AppError, key};
use serde_json::json;

use crate::arguments::{Arguments, OneToken, Token};
use crate::files;
use crate::local::app;
use crate::output::{DONE, Output};
use crate::secrets::Given;

type Done = Result<ExitCode, AppError>;

pub async fn run(arguments: &Arguments, output: &Output, asked: &Token) -> Done {
    match asked {
        Token::ChangePin { token, .. } => {
            let app = app(arguments, &token.module, Given::with_new_pin()?)?;
            app.change_pin(&id(&app, token).await?).await?;
            Ok(done(output, "cli.pinChanged"))
        }
        Token::Unblock { token, .. } => {
            let app = app(arguments, &token.module, Given::with_new_pin()?)?;
            app.unblock_pin(&id(&app, token).await?).await?;
            Ok(done(output, "cli.pinUnblocked"))
        }
        Token::Request {
            token,
            alg,
            subject,
            out,
            ..
        } => {
            let app = app(arguments, &token.module, Given::new(true, None)?)?;
            let mut target = files::Target::new(out)?;
            let id = id(&app, token).await?;
            let requisites = key::Requisites::default();
            let request = app.request_on_token(&id, alg, subject, &requisites).await?;
            target
                .write_all(&request)
                .map_err(|source| files::failed(out, source))?;
            target.keep()?;
            Ok(done(output, "cli.requestMade"))
        }
        Token::Import { token, file, .. } => {
            let app = app(arguments, &token.module, Given::new(true, None)?)?;
            let id = id(&app, token).await?;
            let certificate = app.import_certificate(&id, file).await?;
            let lines = || {
                vec![output.text(
                    "cli.certificateWritten",
                    &[("holder".to_owned(), certificate.holder.clone())].into(),
                )]
            };
            Ok(output.result(&json!({ "certificate": certificate.id }), lines, DONE))
        }
    }
}

fn done(output: &Output, text: &str) -> ExitCode {
    let lines = || vec![output.text(text, &Default::default())];
    output.result(&json!({ "done": true }), lines, DONE)
}

/// A serial number stands for every applet of a token; the first that can do anything is meant.
async fn id(app: &kabinet_app::App, wanted: &OneToken) -> Result<String, AppError> {
    let scan = app.scan_tokens().await?;
    let mut tokens: Vec<_> = scan
        .tokens
        .into_iter()
        .filter(|token| token.serial == wanted.token)
        .collect();
    tokens.sort_by_key(|token| token.passive);
    let first = tokens.into_iter().next();
    Ok(first.ok_or(kabinet_token::TokenError::TokenNotFound)?.id)
}
