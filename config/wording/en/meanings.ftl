# “What does this mean?”, and the glossary that answers it.

meaning-press = What does this mean?
meaning-field-word = Which word or words?
meaning-hint-word = Nobody sees who asks.
meaning-is = **{ $word }** means: { $meaning }
meaning-noted = **Thank you. We’ve noted “{ $word }”.**
    When { $count } people ask for it, the organisers must explain it. You will read it in the channel.
meaning-owed = **Thank you.** Enough people asked what “{ $word }” means. Now the organisers must explain it. You will read it in the channel.
meaning-press-another = Another word

post-meaning = ### What “{ $word }” means
    { $meaning }

glossary-title = ### Your glossary
glossary-none = It is empty. When people ask what a word means, it comes here.
glossary-owed = **{ $word }**: { $count } people asked. **You owe an explanation.**
glossary-line = **{ $word }**: { $meaning }
glossary-form = Explain a word
glossary-field-meaning = What does it mean?
glossary-hint-meaning = In plain words. Everybody reads it in the channel.
glossary-kept = **Kept.** I post it in the have-your-say channel. Whoever asks for it, finds it at once.
glossary-removed = **Removed.** “{ $word }” is not in your glossary any more. People can ask for it again.
glossary-press-explain = Explain: { $word }
glossary-press-change = Change it
glossary-press-remove = Remove it
glossary-press-new = Explain a new word
glossary-press-show = Glossary
glossary-press-word = { $word }
