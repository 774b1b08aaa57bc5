//! One call from start to end: logged, answered or hit by an injected fault, and its outcome logged.

use std::time::Instant;

use serde_json::Value;

use super::{
    calls::{Outcome, Ticket},
    error::{ApiError, Cause},
    faults::Fault,
    methods::{self, Method, Run},
    params::Params,
    reply::Reply,
    shared::Shared,
    state::{RefusedCall, State},
};

pub async fn answer(shared: &Shared, name: &str, params: Params) -> Reply {
    let method = Method::named(name);
    let name = method.map_or(name, |method| method.name);
    let (ticket, fault) = shared.change(|state| state.begin(name, &params));
    let call = PendingCall {
        shared,
        ticket,
        name,
        params,
    };
    match fault {
        Some(fault) => call.faulty(method, fault).await,
        None => reply(call.honest(method).await),
    }
}

/// Logs and rejects a call with unreadable parameters.
pub fn unreadable(shared: &Shared, name: &str, error: ApiError) -> Reply {
    let params = Params::default();
    reply(shared.change(|state| {
        let ticket = state.calls.begin(name, params.to_json());
        state.settle(ticket, name, &params, Err(error))
    }))
}

struct PendingCall<'a> {
    shared: &'a Shared,
    ticket: Ticket,
    name: &'a str,
    params: Params,
}

impl PendingCall<'_> {
    async fn faulty(&self, method: Option<&Method>, fault: Fault) -> Reply {
        if let Some(reply) = fault.instead() {
            return reply;
        }
        if let Fault::Delay(pause) = fault {
            tokio::time::sleep(pause).await;
        }
        let result = self.honest(method).await;
        match fault {
            Fault::AcceptedThenDropped => return Reply::HangUp,
            Fault::LateAnswer(pause) => tokio::time::sleep(pause).await,
            _ => {}
        }
        reply(result)
    }

    /// Executes the method. The effect and the call's outcome in the log become visible at the same moment.
    async fn honest(&self, method: Option<&Method>) -> Result<Value, ApiError> {
        let Some(method) = method else {
            return self.settled(|_| Err(ApiError::unknown_method()));
        };
        match method.run {
            Run::Poll => {
                let batch = methods::get_updates(self.shared, &self.params).await;
                self.settled(|_| batch)
            }
            Run::Always(run) => self.settled(|state| Ok(run(state, &self.params))),
            Run::Now(run) => self.settled(|state| run(state, &self.params)),
            Run::Paced(run) => self.settled(|state| {
                self.pace(state)?;
                run(state, &self.params)
            }),
        }
    }

    fn settled(
        &self,
        run: impl FnOnce(&mut State) -> Result<Value, ApiError>,
    ) -> Result<Value, ApiError> {
        self.shared.change(|state| {
            let result = run(state);
            state.settle(self.ticket, self.name, &self.params, result)
        })
    }

    fn pace(&self, state: &mut State) -> Result<(), ApiError> {
        match self.params.chat_id() {
            Some(chat) if self.shared.options.enforce_rates => {
                let admitted = state.rates.admit(chat, Instant::now());
                admitted.map_err(ApiError::too_many)
            }
            _ => Ok(()),
        }
    }
}

impl State {
    /// Logs a call, and picks the fault that strikes it.
    fn begin(&mut self, name: &str, params: &Params) -> (Ticket, Option<Fault>) {
        let ticket = self.calls.begin(name, params.to_json());
        let fault = self.faults.take(name, params);
        if let Some(fault) = &fault {
            self.calls.end(ticket, Outcome::Faulted(fault.clone()));
        }
        (ticket, fault)
    }

    /// Logs how a call ended, and remembers errors that the bot could have avoided.
    fn settle(
        &mut self,
        ticket: Ticket,
        method: &str,
        params: &Params,
        result: Result<Value, ApiError>,
    ) -> Result<Value, ApiError> {
        let outcome = match &result {
            Ok(value) => Outcome::Done(value.clone()),
            Err(error) => Outcome::Refused(error.clone()),
        };
        self.calls.end(ticket, outcome);
        result.inspect_err(|error| {
            if error.cause == Cause::Caller {
                self.refused_calls.push(RefusedCall {
                    method: method.to_owned(),
                    params: params.to_json(),
                    error: error.clone(),
                });
            }
        })
    }
}

fn reply(result: Result<Value, ApiError>) -> Reply {
    result.map_or_else(Reply::Refused, Reply::Result)
}
