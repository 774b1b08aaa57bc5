use super::Command;
use crate::{bot::operations, domain::Role, ops::incidents::Operation};

pub const COMMAND: Command = Command {
    name: "resolve",
    args: "[incident]",
    role: Role::Admin,
    changes_something: true,
    run: |request| Box::pin(operations::command(request, Operation::Resolve)),
};
