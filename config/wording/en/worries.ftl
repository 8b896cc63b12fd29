# “Worried about someone”: what residents read, and what the safeguarding contact gets.

worry-press = Worried about someone
worry-form = { $hearers ->
    [2] A person reads what you write: the one who hears safety worries here, or their deputy. Nobody else in this server sees it.
   *[other] A person reads what you write: the one who hears safety worries here. Nobody else in this server sees it.
}
    We do not say who you are. It may take a while until they read it.
    Is someone in danger now? **Don’t wait. Call for help.**
worry-field-words = What worries you?
worry-hint-words = Say where and when, if you can.
worry-field-reach = How can we reach you?
worry-hint-reach = Only if you want to. If you leave this empty, nobody is told who you are.
worry-sent = **Sent.** What you wrote goes to the person who hears safety worries here. Others in this server don’t see it.
    I don’t tell them who you are. They only know what you wrote.
worry-next = **What happens next:** that person reads it and decides what to do. They can only ask you more if you said how to reach you. I can’t tell you what they do.
worry-deputy = If they don’t have it within a day, it goes to their deputy, too.
worry-kept = I keep what you wrote, without you, until one of them says that they have it: { $week } days at most once it has reached them, { $days } days if I can’t reach anybody.

# Words that an organiser reads and that tell of danger.
danger-told = If you tell of danger, we pass your words to the person who hears safety worries here.
danger-short = **Danger:** we tell the safety contact.
danger-press = Tell the safety contact
danger-passed = **Passed on.** The person who hears safety worries gets these words, without a name. Nothing else has changed. If you were reading, decide about the words as ever.

post-worry = ### Someone is worried
    A person in your server sent this to you, and only to you.
post-worry-found = ### Words that tell of danger
    An organiser of your server read these words, and sent them to you and only to you.
post-worry-to-deputy = You are the deputy. **Nobody has said yet that they have this.**
post-worry-again = This came to you before. **You have not said yet that you have it.**
post-worry-file = That is how it begins. All of it is in the file.
post-worry-no-name = I don’t say who wrote them. Must someone be found, to help them? Ask whoever runs this bot if it can be found out.
post-worry-words = **They wrote:**
    { $words }
post-worry-reach = **How to reach them:** { $reach }
post-worry-no-reach = They did not say how to reach them.
post-worry-from = Sent { $when } from “{ $server }”.
post-worry-project = They pressed the button beside a question of “{ $title }”.
post-worry-project-found = They are about “{ $title }”.
post-worry-have = **Press “I have it” when you have read this.** Until then I keep a copy, { $week } days at most. After a day I send it once more: to your deputy, or to you if there is none. Keep this message for as long as you need it. Should it come twice, it is one worry.
worry-press-have = I have it
worry-had = **Thank you. You have it.** My copy is deleted, so keep the message for as long as you need it. I send it to nobody else.
worry-had-before = Someone has this already, or it is too old. I have no copy of it. There is nothing more to press.
post-worry-how = I don’t know who they are, and I keep no copy. Keep this message for as long as you need it. Should it come twice, it is one worry.
