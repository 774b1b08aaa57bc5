//! An HTTP call that the configuration names.

use super::ActionError;
use crate::{
    context::Context,
    settings::HttpCall,
    web::{Answer, Request, WebError},
};

/// How much of the answer is shown.
const ANSWER_BYTES: usize = 2000;
/// How much more is read, so that a secret that crosses the end of the shown part is still recognised.
const BEYOND_BYTES: usize = 8000;

pub async fn run(
    cx: &Context,
    call: &HttpCall,
    within: std::time::Duration,
) -> Result<String, ActionError> {
    let headers: Vec<_> = call
        .headers
        .iter()
        .map(|header| (header.name.as_str(), header.value()))
        .collect();
    let request = Request {
        method: &call.method,
        url: call.url.url(),
        headers: &headers,
    };
    let answered = cx
        .web
        .send(&request, within, ANSWER_BYTES + BEYOND_BYTES)
        .await;
    let what = format!("{} {}", call.method, call.address());
    let Answer {
        status,
        leads_to,
        body,
    } = answered.map_err(|error: WebError| anyhow::anyhow!("{what}: {error}"))?;
    let body = call.without_secrets(&body);
    let body = &body[..body.floor_char_boundary(ANSWER_BYTES)];
    let said = match body.trim() {
        "" => "no text",
        text => text,
    };
    if call.expect.contains(&status) {
        return Ok(format!("{what} answered {status}: {said}"));
    }
    let expected: Vec<_> = call.expect.iter().map(u16::to_string).collect();
    let expected = expected.join(" or ");
    let leads = leads_to.map_or_else(String::new, |to| {
        format!(" and leads to {to}, which is not followed,")
    });
    let told = format!("{what} answered {status}{leads} instead of {expected}: {said}");
    // A client error will not go away by retrying.
    Err(if (400..500).contains(&status) {
        ActionError::Final(told)
    } else {
        anyhow::anyhow!(told).into()
    })
}
