//! The words of the domain's enums as answers hold them.

use serde::{Serialize, Serializer};

use crate::{
    Act, ActOutcome, Aftermath, Door, Judgement, MeasureStatus, RemediationStatus, RunStatus,
    Severity, SilencePhase, Status,
};

macro_rules! serialized_as_words {
    ($($kind:ident),* $(,)?) => {$(
        impl Serialize for $kind {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    )*};
}

serialized_as_words!(
    Act,
    ActOutcome,
    Aftermath,
    Door,
    Judgement,
    MeasureStatus,
    RemediationStatus,
    RunStatus,
    Severity,
    SilencePhase,
    Status
);
