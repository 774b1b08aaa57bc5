//! How the domain's types stand in a column of either database.

use sqlx::{
    Database, Decode, Encode, Postgres, Sqlite, Type, encode::IsNull, error::BoxDynError, postgres,
    sqlite,
};

use super::states::{MessageKind, OutboxState, ProposalState, TopicLost};
use crate::domain::{Fingerprint, RunStatus, Severity, Timestamp};

impl Type<Sqlite> for Timestamp {
    fn type_info() -> sqlite::SqliteTypeInfo {
        <String as Type<Sqlite>>::type_info()
    }

    fn compatible(_: &sqlite::SqliteTypeInfo) -> bool {
        true
    }
}

impl Encode<'_, Sqlite> for Timestamp {
    fn encode_by_ref(
        &self,
        buf: &mut sqlite::SqliteArgumentsBuffer,
    ) -> Result<IsNull, BoxDynError> {
        <String as Encode<Sqlite>>::encode(self.to_string(), buf)
    }
}

impl Decode<'_, Sqlite> for Timestamp {
    fn decode(value: sqlite::SqliteValueRef<'_>) -> Result<Self, BoxDynError> {
        Ok(<&str as Decode<Sqlite>>::decode(value)?.parse()?)
    }
}

impl Type<Postgres> for Timestamp {
    fn type_info() -> postgres::PgTypeInfo {
        <chrono::NaiveDateTime as Type<Postgres>>::type_info()
    }
}

impl Encode<'_, Postgres> for Timestamp {
    fn encode_by_ref(&self, buf: &mut postgres::PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <chrono::NaiveDateTime as Encode<Postgres>>::encode(self.naive_utc(), buf)
    }
}

impl Decode<'_, Postgres> for Timestamp {
    fn decode(value: postgres::PgValueRef<'_>) -> Result<Self, BoxDynError> {
        <chrono::NaiveDateTime as Decode<Postgres>>::decode(value).map(Self::from_naive_utc)
    }
}

/// Text that somebody else has written. `SQLite` keeps whatever bytes it is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Written(pub String);

impl Type<Sqlite> for Written {
    fn type_info() -> sqlite::SqliteTypeInfo {
        <String as Type<Sqlite>>::type_info()
    }

    fn compatible(_: &sqlite::SqliteTypeInfo) -> bool {
        true
    }
}

impl Decode<'_, Sqlite> for Written {
    fn decode(value: sqlite::SqliteValueRef<'_>) -> Result<Self, BoxDynError> {
        let bytes = <&[u8] as Decode<Sqlite>>::decode(value)?;
        Ok(Self(String::from_utf8_lossy(bytes).into_owned()))
    }
}

impl Type<Postgres> for Written {
    fn type_info() -> postgres::PgTypeInfo {
        <String as Type<Postgres>>::type_info()
    }

    fn compatible(info: &postgres::PgTypeInfo) -> bool {
        <String as Type<Postgres>>::compatible(info)
    }
}

impl Decode<'_, Postgres> for Written {
    fn decode(value: postgres::PgValueRef<'_>) -> Result<Self, BoxDynError> {
        <String as Decode<Postgres>>::decode(value).map(Self)
    }
}

/// Types that stand in a column as their text.
macro_rules! text_column {
    ($type:ty, $read:expr) => {
        impl<DB: Database> Type<DB> for $type
        where
            String: Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <String as Type<DB>>::type_info()
            }

            fn compatible(info: &DB::TypeInfo) -> bool {
                <String as Type<DB>>::compatible(info)
            }
        }

        impl<'q, DB: Database> Encode<'q, DB> for $type
        where
            String: Encode<'q, DB>,
        {
            fn encode_by_ref(&self, buf: &mut DB::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
                self.as_str().to_owned().encode(buf)
            }
        }

        impl<'r, DB: Database> Decode<'r, DB> for $type
        where
            String: Decode<'r, DB>,
        {
            fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
                $read(String::decode(value)?)
            }
        }
    };
}

text_column!(Severity, |text: String| Ok(text.parse()?));
text_column!(ProposalState, |text: String| Ok(text.parse()?));
text_column!(OutboxState, |text: String| Ok(text.parse()?));
text_column!(TopicLost, |text: String| Ok(text.parse()?));
text_column!(RunStatus, |text: String| Ok(text.parse()?));
text_column!(MessageKind, |text: String| Ok(text.parse()?));
text_column!(Fingerprint, |text: String| Ok(Fingerprint::stored(text)));
