use super::Command;
use crate::{bot::operations, domain::Role, ops::incidents::Operation};

pub const COMMAND: Command = Command {
    name: "ack",
    args: "[incident]",
    role: Role::Admin,
    changes_something: true,
    run: |request| Box::pin(operations::command(request, Operation::Acknowledge)),
};
