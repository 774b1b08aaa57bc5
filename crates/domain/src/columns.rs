//! The form of the domain's types in a column of either database.

use std::str::FromStr;

use sqlx::{
    Decode, Encode, Postgres, Sqlite, Type, encode::IsNull, error::BoxDynError, postgres, sqlite,
};

use crate::{Fingerprint, RunStatus, Severity, Timestamp, UnknownWord};

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

/// Keeps a type in a column as its text; for a type of the crate that calls it.
#[macro_export]
macro_rules! text_column {
    ($type:ty, $read:expr) => {
        impl<DB: ::sqlx::Database> ::sqlx::Type<DB> for $type
        where
            String: ::sqlx::Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <String as ::sqlx::Type<DB>>::type_info()
            }

            fn compatible(info: &DB::TypeInfo) -> bool {
                <String as ::sqlx::Type<DB>>::compatible(info)
            }
        }

        impl<'q, DB: ::sqlx::Database> ::sqlx::Encode<'q, DB> for $type
        where
            String: ::sqlx::Encode<'q, DB>,
        {
            fn encode_by_ref(
                &self,
                buf: &mut DB::ArgumentBuffer,
            ) -> Result<::sqlx::encode::IsNull, ::sqlx::error::BoxDynError> {
                ::sqlx::Encode::encode(self.as_str().to_owned(), buf)
            }
        }

        impl<'r, DB: ::sqlx::Database> ::sqlx::Decode<'r, DB> for $type
        where
            String: ::sqlx::Decode<'r, DB>,
        {
            fn decode(value: DB::ValueRef<'r>) -> Result<Self, ::sqlx::error::BoxDynError> {
                $read(<String as ::sqlx::Decode<DB>>::decode(value)?)
            }
        }
    };
}

/// Reads a word from a column; the error says what is in it.
pub fn word<T: FromStr<Err = UnknownWord>>(text: &str) -> Result<T, BoxDynError> {
    text.parse()
        .map_err(|error| format!("{text:?}: {error}").into())
}

text_column!(Severity, |text: String| word(&text));
text_column!(RunStatus, |text: String| word(&text));
text_column!(Fingerprint, |text: String| Ok(Fingerprint::stored(text)));
