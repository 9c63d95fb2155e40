//! Fills the gaps of a template.

/// `template` with each `{{name}}` replaced by its value, or by nothing. Values are taken as they are: braces
/// in them are text, and nothing is escaped for HTML.
pub(crate) fn fill(template: &str, params: &[(&str, &str)]) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, after)) = after.split_once("}}") else {
            break;
        };
        text.push_str(before);
        // i18next writes `{{- name}}` where it must not escape.
        let name = name.trim().trim_start_matches('-').trim();
        text.push_str(
            params
                .iter()
                .find(|(known, _)| *known == name)
                .map_or("", |(_, value)| value),
        );
        rest = after;
    }
    text.push_str(rest);
    text
}
