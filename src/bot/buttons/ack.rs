//! Acknowledges an incident.

use super::Button;
use crate::{bot::operations, domain::Role, ops::incidents::Operation, views::buttons::ACK};

pub const BUTTON: Button = Button {
    name: ACK,
    role: Role::Admin,
    press: |press| Box::pin(operations::press(press, Operation::Acknowledge)),
};
