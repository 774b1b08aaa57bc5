use super::Command;
use crate::{bot::deeds, domain::Role, ops::incidents::Deed};

pub const COMMAND: Command = Command {
    name: "ack",
    args: "[incident]",
    role: Role::Admin,
    is_deed: true,
    run: |call| Box::pin(deeds::command(call, Deed::Acknowledge)),
};
