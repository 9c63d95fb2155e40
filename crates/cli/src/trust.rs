//! `kabinetctl trust`: the list of accredited authorities and the certificates trusted beside it.

use std::process::ExitCode;

use kabinet_app::AppError;
use kabinet_app::view::{self, Params, TrustView};

use crate::arguments::{Arguments, Trust, TrustAction};
use crate::local::app;
use crate::output::{DONE, Output};
use crate::secrets::Given;

pub async fn run(arguments: &Arguments, output: &Output, asked: &Trust) -> Result<ExitCode, AppError> {
    let app = app(arguments, &[], Given::new(false, None)?)?;
    let environment = view::Environment::from(asked.environment).into();
    let view = match &asked.action {
        TrustAction::Show => app.trust_view(environment).await?,
        TrustAction::Update { file: None } => app.update_trust(environment).await?,
        TrustAction::Update { file: Some(file) } => app.take_trust_list(environment, file.clone()).await?,
        TrustAction::Add { file } => app.add_trusted(environment, file).await?,
        TrustAction::Remove { id } => app.remove_trusted(environment, id).await?,
    };
    Ok(output.result(&view, || lines(output, &view), DONE))
}

fn lines(output: &Output, view: &TrustView) -> Vec<String> {
    let text = |key: &str, params: &[(&str, String)]| {
        let params = params
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()));
        output.text(&format!("cli.trust.{key}"), &params.collect::<Params>())
    };
    let mut lines = vec![match &view.list {
        Some(list) => text(
            "list",
            &[
                ("version", list.version.to_string()),
                ("issued", list.issued.clone()),
                ("days", list.age_days.to_string()),
                ("centres", list.centres.to_string()),
                ("signer", list.signer.clone()),
            ],
        ),
        None => text("no-list", &[]),
    }];
    if let Some(code) = &view.refused {
        lines.push(format!(
            "{} [{code}]",
            output.text(&format!("errors.{code}.what"), &Params::new())
        ));
    }
    for one in &view.certificates {
        let source = output.text(&format!("verification.anchor.{}", one.source), &Params::new());
        lines.push(format!(
            "  {}  {}, {}; {source}",
            one.id, one.holder, one.not_after
        ));
    }
    lines
}
