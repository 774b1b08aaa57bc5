use super::Command;
use crate::{bot::deeds, domain::Role, ops::incidents::Deed};

pub const COMMAND: Command = Command {
    name: "resolve",
    args: "[incident]",
    role: Role::Admin,
    is_deed: true,
    run: |call| Box::pin(deeds::command(call, Deed::Resolve)),
};
