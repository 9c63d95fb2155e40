//! `poa new`: answers → file.

use std::path::Path;
use std::process::ExitCode;

use kabinet_app::AppError;
use kabinet_app::poa_file::{AnswerProblem, Composed, Recipe, compose};
use serde_json::json;

use crate::arguments::{Arguments, NewPoa};
use crate::files;
use crate::output::{DONE, INVALID, Output};
use crate::vault::opened;

pub async fn new(arguments: &Arguments, output: &Output, asked: &NewPoa) -> Result<ExitCode, AppError> {
    let answers = String::from_utf8(files::read(&asked.answers)?)
        .map_err(|_| files::failed(&asked.answers, std::io::ErrorKind::InvalidData.into()))?;
    let recipe = Recipe {
        answers,
        template: asked.template.clone(),
        person: asked.person.clone(),
    };
    let (composed, document) = if asked.in_vault {
        let app = opened(arguments, &[], false).await?;
        app.new_poa(&recipe).await?
    } else {
        (compose(&recipe)?, None)
    };
    let (number, name, bytes) = match composed {
        Composed::Incomplete(problems) => return Ok(incomplete(output, &problems)),
        Composed::Made { number, name, bytes } => (number, name, bytes),
    };
    let path = asked.out.as_deref().unwrap_or(Path::new(".")).join(name);
    if document.is_none() {
        files::write_new(&path, &bytes, false, false)?;
    }
    let file = document.is_none().then_some(&path);
    let value = json!({ "number": number, "file": file, "document": document, "problems": [] });
    let place = match &document {
        Some(document) => document.clone(),
        None => path.display().to_string(),
    };
    Ok(output.result(&value, || vec![format!("{number}  {place}")], DONE))
}

fn incomplete(output: &Output, problems: &[AnswerProblem]) -> ExitCode {
    let value = json!({ "number": null, "file": null, "document": null, "problems": problems });
    let lines = || {
        let mut lines = vec![output.texts().plain("cli.poa.incomplete")];
        lines.extend(problems.iter().map(|one| problem_line(output, one)));
        lines
    };
    output.result(&value, lines, INVALID)
}

fn problem_line(output: &Output, problem: &AnswerProblem) -> String {
    let text = output.text(&format!("findings.{}", problem.code), &problem.params);
    let field = problem.field.as_deref().unwrap_or_default();
    let label = problem.label.as_deref().unwrap_or_default();
    format!("  {field}  {label}: {text} [{}]", problem.code)
}
