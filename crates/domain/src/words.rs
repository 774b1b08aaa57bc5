//! Enums whose variants are words in settings, columns, metrics and answers.

/// A text that is none of an enum's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected one of: {}", accepted.join(", "))]
pub struct UnknownWord {
    pub accepted: &'static [&'static str],
}

/// Finds the variant whose word `is` the one.
pub fn find<T: Copy>(
    all: &[T],
    words: &'static [&'static str],
    is: impl Fn(&str) -> bool,
) -> Result<T, UnknownWord> {
    let at = words.iter().position(|word| is(word));
    at.map(|at| all[at]).ok_or(UnknownWord { accepted: words })
}

/// Declares such an enum. After `in any case`, upper case is read as well. The order of the variants is that of comparisons.
#[macro_export]
macro_rules! words {
    (
        $(#[doc = $about:literal])+
        pub enum $name:ident $(in any $case:ident)? {
            $($(#[doc = $of_variant:literal])* $variant:ident = $word:literal,)+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[doc = $of_variant])* $variant,)+
        }

        impl $name {
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$variant),+];
            pub const WORDS: [&'static str; [$($word),+].len()] = [$($word),+];
            /// As the description of the API explains it.
            pub const ABOUT: &'static str = concat!($($about),+).trim_ascii();

            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::UnknownWord;

            fn from_str(text: &str) -> Result<Self, $crate::UnknownWord> {
                $(let $case = text.to_ascii_lowercase(); let text = $case.as_str();)?
                $crate::words::find(&Self::ALL, &Self::WORDS, |word| word == text)
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}
