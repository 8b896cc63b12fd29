# Questions that are answered without names.

sealed-card = Without names. Nobody sees answers or numbers before it closes. After that, people see only numbers.
sealed-who = Nobody here sees what you choose, not even organisers. Discord carries your choice to us, and someone who runs our computer could read it before the close.
sealed-card-words = Without names. Nobody reads answers before it closes. After that, people see numbers. They see your words only after an organiser has read them.
sealed-who-words = Nobody here sees who wrote what, not even organisers. Discord carries your answer to us, and someone who runs our computer could read it before the close.
sealed-words = Leave out names. An organiser reads your words after the close, then others may. The way you write could show who you are.
sealed-danger = Nobody reads answers before the close. In danger? Press “Worried about someone”.
sealed-danger-lines = Nobody reads answers before the close. Need help now? { $lines } Or press “Worried about someone”.
sealed-after = After the close nobody can find your answer again, not even you. So nobody can delete it then.
sealed-until = You can change or take back your answer with your code until { $when }.
sealed-recorded = **Recorded.** Your code: **{ $code }**. Write the four words down now. We can’t show them again. Without them you can’t change your answer.
sealed-changed = **Recorded.** Your new answer is in place of the old one. Your code stays the same.
sealed-taken-back = Your answer is taken back. You can answer again until it closes.
sealed-press-change = Change with my code
sealed-press-back = Take back with my code
sealed-field-code = Your code
sealed-hint-code = The four words we showed you when you answered

draft-sealed = Without names: nobody sees anything before the close, and nobody ever sees who chose what

result-sealed-few = Too few people answered to show a result without giving anyone away. We have deleted all the answers.
result-sealed-lost = We lost the key to these answers, so nobody can read them, and there is no result. We are sorry. The question can be asked again.
result-sealed-line = **{ $number }.** { $text }: not shown
result-sealed-hidden = Where a number is not shown, it could give away what a few people chose.
result-leader-unsaid = “{ $text }” got the most.
result-tie-unsaid = No single winner. These are level: { $texts }.
result-sealed-all = We show only how many answered. More could give away what a few people chose.
result-sealed-none = We can’t say who is ahead without giving away what a few people chose.

digest-open-sealed = - Open, without names: { $question } Closes { $when }.
digest-closed-sealed = - Closed, without names: { $question } Its channel has the result.

refusal-sealed-answered = You have answered this already. Nothing was changed. To change it, press “Change with my code”. Without your code your first answer stays.
refusal-sealed-no-paper = This question is answered without names, so it takes no answers on paper: whoever types one in would see it. Ask people to answer in the chat.
refusal-sealed-none = You have no answer here yet, so there is nothing to change. Choose above to answer.
refusal-sealed-unfit = “Without names” works for polls whose numbers show only at the close. Press “Rules” and choose again.
refusal-code-unreadable = A code is four words. Nothing was changed. Please type the four words with spaces between them.
refusal-code-wrong = { $left ->
    [one] That is not your code. Nothing was changed. You can try 1 more time. Please check the four words you wrote down.
   *[other] That is not your code. Nothing was changed. You can try { $left } more times. Please check the four words you wrote down.
}
refusal-code-locked = That was one wrong code too many. Your first answer stays as it is. If you need help, press “Have your say”, then “Help”.
refusal-key-lost = We lost the key to this question, so it can take no answers. Nothing was changed. Please tell an organiser: they can ask it again.
refusal-key-unsaved = I could not save the key for this question, so I did not open it. Ask who runs the bot to look at the folder for keys, then press Publish again.
