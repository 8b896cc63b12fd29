# What residents read: answering, their answers, their data, help.

have-title = ## Have your say
have-nothing = Nothing is open right now. Come back soon.
have-open = { $count ->
    [one] One question is open.
   *[other] { $count } questions are open.
}
have-line = **{ $question }**
    { $title }. Closes { $when }.
have-more = And { $count } more: press { $press }.
have-owed = **We are late.** On “{ $title }” you should have heard back by { $due }.
have-press-answer = Answer: { $question }
have-press-all = All open questions
have-press-mine = My answers
have-press-language = Language
have-press-help = Help
have-pick = Which question?

notice-title = **Before you start**
notice-asking = { $who } asks, for “{ $title }”.
notice-names = We show nobody who chose what. Whoever runs the bot could look.
notice-kept = The bot knows which answer is yours until { $months } months after the close. You can erase that.
notice-hands = Everybody sees the numbers at once. If few answer, people may guess what you chose.
notice-words-names = We show nobody that the words are yours. Whoever runs the bot could look.
notice-words-kept = The bot knows which words are yours until { $months } months after the close. You can erase them.
notice-form-words = What you write: at the close we part it from your account. An organiser reads it first, then others may.
notice-sealed-account = We keep that you have read this, not that you have answered.
notice-taking-kept = We keep it until you erase it, or have been away for { $months } months. You can stop the messages at any time.
notice-follow = We keep that you follow this idea, and send you private messages about it.
notice-follow-kept = Press “Stop telling me”, and it is gone.
notice-support = Everybody sees how many think so too, and nobody sees who. Whoever runs the bot could look.
notice-support-kept = The bot knows that you do until { $months } months after the close. You can take it back, or erase it.
notice-free = Saying no changes nothing for you.
notice-teens-title = **Before you start** (for people aged 13 to 17)
notice-teens = We send you no private messages. Is anything unclear? Ask someone you trust before you go on.
notice-press-go = Go on (I’m 18 or over)
notice-press-go-teen = Go on (I’m 13 to 17)
notice-press-teen = I’m 13 to 17
notice-press-more = More
notice-press-not = Not now
privacy-title = **Who sees what**
privacy-everybody = **Everybody:** how many answered, now. The numbers, after the close; how many of each group answered, only where the groups are large. If few answer, people may guess what you chose.
privacy-everybody-hands = **Everybody:** the numbers, now. After the close: how many of each group answered, only where the groups are large. If few answer, people may guess what you chose.
privacy-organisers = **Organisers:** the same as everybody. They never see who chose what.
privacy-words = **Organisers:** read your words first, without your name. **Everybody:** reads them next, if they fit.
privacy-words-after = **Everybody:** reads your words at once, without your name. **Organisers:** read them after, and can hide them.
privacy-words-names = **Nobody here** sees that they are yours. How you write could show who you are.
privacy-form-words = **Your words:** at the close we part them from your account. An organiser reads them first, without your name. If they fit, everybody reads them next. How you write could show who you are.
privacy-sealed-before = **Before the close:** nobody here, not even how many answered. Whoever runs our computer could.
privacy-sealed-after = **After it:** everybody sees numbers, or nothing if fewer than { $least } people answered. If all say the same, people know that you do, too. Nobody can find your answer then, nor delete it.
privacy-sealed-words = **Your words:** an organiser reads them after the close. If they fit, everybody reads them next. How you write could show who you are.
privacy-taking = **Nobody here** sees that you want private messages about this question.
privacy-operator = **Whoever runs the bot’s computer:** could see your account number beside your answer.
privacy-operator-words = **Whoever runs the bot’s computer:** could see your account number beside your words.
privacy-operator-taking = **Whoever runs the bot’s computer:** could see your account number beside it.
privacy-discord = **Discord:** carries what you press, and has its own rules.
privacy-you = **You:** can change it or take it back until the close.
privacy-words-you = **You:** can change them or take them back until the close.
privacy-sealed-you = **You:** can change it or take it back with your code until the close.
privacy-support-you = **You:** can take it back until the close.
privacy-long = **How long:** { $months } months after the close. Then the answer is nobody’s.
privacy-words-long = **How long:** { $months } months after the close. Then your idea is nobody’s.
privacy-sealed-long = **How long:** until the close. From then on it is nobody’s.
privacy-danger = **Danger:** if you tell of it, we pass your words to the person who hears safety worries, without your name. They keep them for as long as they need them.
privacy-record = **Record:** keeps that somebody did this, and a seal over what they said. It holds no names.
privacy-sealed-record = **Record:** does not say that anybody answered. At the close it keeps the numbers.
privacy-account = **Your account:** we keep its number, your age group and that you read this. It goes when you erase it, or after { $months } months away.
privacy-erase = **Erase:** press My answers, then Erase me. It is done at once. **Ask:** { $contact }
notice-more = **Who sees what**
    { "" }**Answers:** nobody here sees who chose what. The question says when its numbers are shown.
    { "" }**Organisers:** see the numbers when everybody does. They never see who chose what.
    { "" }**Answers without names:** nobody here sees them before the close. After it nobody can find yours, nor delete it.
    { "" }**Your ideas:** a moderator reads your words without your name. If they fit, everybody here can read them. Do others see them before the moderator does? Then the question says so.
    { "" }**Danger:** if you tell of it, we pass your words to the person who hears safety worries, without your name. They keep them for as long as they need them.
    { "" }**“Tell me what happens”:** if you press it, I keep which ideas you follow, and send you private messages. Press “Stop telling me”, and it is gone.
    { "" }**Your messages:** did we ask if one may be an idea? Then we keep who wrote it until you answer, for 7 days at most.
    { "" }**Questions you try for us:** organisers read your words without your name. We delete them when the question opens.
    { "" }**Whoever runs the bot’s computer:** could look into its database and see your account number beside your answer.
    { "" }**Discord:** carries what you press, and has its own rules.
    { "" }**Why we may keep it:** to count each person once, and to let you change your mind.
    { "" }**How long:** { $months } months after the question closes. Then the answer belongs to nobody.
    { "" }**Erase:** press My answers, then Erase me. It is done at once. Have you left? Send /my erase to the bot.
    { "" }**Record:** keeps that somebody acted, and a seal over what they said. It holds no names. Of answers without names it keeps only numbers.
    { "" }**Ask:** { $contact }
notice-more-teens = If you are 13 to 17: we send you no private messages. You can ask us to explain anything.
notice-not-now = All right. Nothing was kept. You can come back until it closes.
contact-missing = an organiser in this server

recorded = **Recorded.** You chose: { $choice }.
recorded-changed = **Changed.** You now choose: { $choice }. Before: { $before }.
recorded-same = **Recorded already.** You chose: { $choice }.
recorded-until = You can change it or take it back until { $when }.
recorded-press-withdraw = Take it back
recorded-press-change = Change it
withdrawn = **Taken back.** Your answer is no longer counted. You can answer again until { $when }.
answer-now = Your answer now: { $choice }.
answer-none = You have not answered yet.
answer-until = You can answer until { $when }.
read-title = **All options**

mine-title = ## My answers
mine-none = You have not answered anything here yet.
mine-line = **{ $question }**
    You chose: { $choice }. { $state }
mine-open = Open until { $when }.
mine-closed = Closed.
mine-cancelled = Cancelled.
mine-press-data = My data (a page)
mine-press-erase = Erase me
data-here = This is everything we hold about you here. Only you can see this message.
    To read it, open my-data.html. The other file says the same, for computers.
erase-ask = **Erase everything about you here?**
    { "" }**Goes, at once:** your account number, your language, when you read the notice, your answers to open questions, which ideas you follow, and what you said.
    { "" }**Stays:** numbers that are already public. Your closed answers stay counted, but belong to nobody.
    This can’t be undone.
gone-where = About the server “{ $name }”:
gone-which = { $count } servers hold something about you. Which one?
gone-more = These are the first { $count }.
erase-press-yes = Yes, erase me
erase-press-no = No, keep it
erased = **Erased.** Nothing here leads to you any more. You can take part again at any time.
erase-kept = All right. Nothing was erased.

help = **Help**
    Press a button under a question to answer. Only you see the reply.
    You can change your answer until the question closes.
    Nobody sees results before then.
    My answers: what you said, your data, and how to erase it.
help-contact = Questions? Ask { $contact }.
help-danger = Need help now, or worried about someone? { $lines }
language-pick = Which language should the bot use with you? You may write in any language.
language-only = The bot speaks English here so far. You may write in any language.
language-name = English
language-set = From now on the bot uses this language with you.
plain = { $text }
numbered = #{ $number } { $text }
mine-press-change = Change: { $question }
