# How plain the words of a draft are, for organisers.

advice-reading-age = Reading age { $age }. The lower it is, the more people can follow.
advice-long = Long sentence: “{ $text }” Try to make it two.
advice-jargon = Plainer words: { $texts }.
advice-explained = In your glossary: { $texts }.
advice-explained-word = “{ $text }” ({ $meaning })
advice-jargon-word = “{ $plain }” for “{ $text }”
