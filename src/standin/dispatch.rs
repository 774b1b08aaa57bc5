//! One call from start to end: logged, hit by a fault or answered honestly, and its end logged too.

use std::time::Instant;

use serde_json::Value;

use super::{
    calls::{Outcome, Ticket},
    faults::Fault,
    methods::{self, Method, Run},
    params::Params,
    refusal::Refusal,
    reply::Reply,
    shared::Shared,
    state::State,
};

pub async fn answer(shared: &Shared, name: &str, params: Params) -> Reply {
    let method = Method::named(name);
    let name = method.map_or(name, |method| method.name);
    let (ticket, fault) = shared.change(|state| {
        let ticket = state.calls.begin(name, params.to_json());
        (ticket, state.faults.take(name, &params))
    });
    let Some(fault) = fault else {
        let result = honest(shared, method, &params).await;
        return finish(shared, ticket, result);
    };
    let reply = faulty(shared, method, &params, &fault).await;
    shared.change(|state| state.calls.end(ticket, Outcome::Faulted(fault)));
    reply
}

/// Logs and refuses a call whose parameters could not be read.
pub fn unreadable(shared: &Shared, name: &str, refusal: Refusal) -> Reply {
    let params = Params::default();
    let ticket = shared.change(|state| {
        state.record_refusal(name, &params, &refusal);
        state.calls.begin(name, params.to_json())
    });
    finish(shared, ticket, Err(refusal))
}

async fn faulty(shared: &Shared, method: Option<&Method>, params: &Params, fault: &Fault) -> Reply {
    if let Some(reply) = fault.instead() {
        return reply;
    }
    if let Fault::Delay(pause) = fault {
        tokio::time::sleep(*pause).await;
    }
    let result = honest(shared, method, params).await;
    match fault {
        Fault::AcceptedThenDropped => return Reply::HangUp,
        Fault::LateAnswer(pause) => tokio::time::sleep(*pause).await,
        _ => {}
    }
    result.map_or_else(Reply::Refused, Reply::Result)
}

/// Does what the method does; remembers a refusal that the bot brought on itself.
async fn honest(
    shared: &Shared,
    method: Option<&Method>,
    params: &Params,
) -> Result<Value, Refusal> {
    let result = run(shared, method, params).await;
    if let Err(refusal) = &result {
        let name = method.map_or("unknown method", |method| method.name);
        shared.change(|state| state.record_refusal(name, params, refusal));
    }
    result
}

async fn run(shared: &Shared, method: Option<&Method>, params: &Params) -> Result<Value, Refusal> {
    let method = method.ok_or_else(Refusal::unknown_method)?;
    match method.run {
        Run::Poll => methods::get_updates(shared, params).await,
        Run::Always(run) => Ok(shared.change(|state| run(state, params))),
        Run::Now(run) => shared.change(|state| run(state, params)),
        Run::Paced(run) => shared.change(|state| {
            if shared.options.enforce_rates {
                pace(state, params)?;
            }
            run(state, params)
        }),
    }
}

fn pace(state: &mut State, params: &Params) -> Result<(), Refusal> {
    let Some(chat) = params.chat_id() else {
        return Ok(());
    };
    state
        .rates
        .admit(chat, Instant::now())
        .map_err(Refusal::too_many)
}

fn finish(shared: &Shared, ticket: Ticket, result: Result<Value, Refusal>) -> Reply {
    let outcome = match &result {
        Ok(value) => Outcome::Done(value.clone()),
        Err(refusal) => Outcome::Refused(refusal.clone()),
    };
    shared.change(|state| state.calls.end(ticket, outcome));
    result.map_or_else(Reply::Refused, Reply::Result)
}
