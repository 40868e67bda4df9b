"""The words of the mixed mailbox: lists to draw from, so that no two mails are alike. All people and firms are invented."""

FIRST = (
    "Adaeze Alban Amira Anselm Birgit Bruno Camille Carlos Delphine Dmitri Edda Emil Farah Felix Greta Hamid Helene Idris "
    "Imogen Ivo Jasmin Joost Kaya Kofi Lars Leila Lorenz Maeve Marek Milena Nils Odile Otto Paloma Pavel Rashid Renata "
    "Selma Silas Stine Tadeo Thandi Una Viktor Wanda Xenia Yara Zoran"
).split()
LAST = (
    "Achterberg Adeyemi Bellamy Brandvold Cordero Dahlgren Eklund Falkner Fontaine Gerlach Haverkamp Ibsen Jankowski Kwan "
    "Lefevre Lindholm Makinde Moravec Nakagawa Okonjo Petrakis Quist Rasmussen Sandoval Terzi Ullrich Vasquez Wendt "
    "Yilmaz Zeller"
).split()
FIRM_ONE = (
    "Alder Amber Birch Blue Bridge Canal Cedar Clear Crown Dune East Elm Falcon Fjord Glass Granite Green Gull Hazel "
    "Heron High Iron Ivy Kite Lark Linden Long Maple Marsh Mill Moor North Oak Otter Pearl Quarry Raven Reed River Rowan "
    "Silver South Spruce Stone Swift Thorn Timber West Willow Wren"
).split()
FIRM_TWO = (
    "bank bay brook court dale field ford gate haven hill holm moor point ridge side stead ton vale water wick".split()
)
FIRM_KIND = (
    "Software", "Logistics", "Insurance", "Energy", "Foods", "Health", "Publishing", "Systems", "Engineering", "Design",
    "Analytics", "Telecom", "Mobility", "Textiles", "Optics", "Instruments",
)  # fmt: skip
ROLE = (
    "Accountant", "Backend Engineer", "Business Analyst", "Content Editor", "Customer Success Manager", "Data Analyst",
    "Data Scientist", "DevOps Engineer", "Event Coordinator", "Front End Developer", "Graphic Designer", "HR Assistant",
    "Laboratory Technician", "Legal Assistant", "Marketing Manager", "Office Manager", "Payroll Specialist",
    "Procurement Officer", "Product Manager", "Project Coordinator", "QA Engineer", "Research Assistant",
    "Sales Representative", "Social Media Editor", "Supply Chain Planner", "Systems Administrator", "Technical Writer",
    "Test Engineer", "Translator", "Warehouse Supervisor",
)  # fmt: skip
ATS = ("hiredesk.example", "recruitly-mail.example", "jobpipe.example", "staffwell.example")

REJECTION_OPEN = (
    "thank you for applying for the position of {role} with us at {firm}.",
    "thank you for the time you invested in your application as {role} at {firm}.",
    "I am getting back to you about your application for the {role} role here at {firm}.",
    "we have now finished looking at the applications for our {role} opening at {firm}.",
    "thanks for your patience while we worked through everyone who applied as {role} at {firm}.",
)
REJECTION_CORE = (
    "After long discussion we have decided not to take your application any further.",
    "Unfortunately we are not able to offer you the position.",
    "I am sorry to say that you were not chosen for the next round.",
    "We have decided to go ahead with other candidates whose experience is closer to what the team needs.",
    "We regret that we cannot consider you for this position.",
    "The position has been given to another applicant.",
    "Sadly, your application was not successful this time.",
    "We will not be moving forward with your candidacy, and I wanted to let you know without delay.",
)
REJECTION_WHY = (
    "It was a difficult decision, as we had more good applications than ever before.",
    "The person we hired has already worked in exactly this field.",
    "This says nothing about your qualities; there was one place and there were ninety of you.",
    "We were looking for somebody with more experience in leading a team.",
    "",
)
REJECTION_CLOSE = (
    "We wish you all the best for your search.",
    "I hope you find a position soon that suits you.",
    "Good luck with everything you do next.",
    "Thank you again for your interest in us, and all the best.",
)
AFTER_INTERVIEW = (
    "it was good to meet you last week, and thank you for the conversation about the {role} position at {firm}. We have met "
    "everybody by now and have decided for another candidate. I am sorry, as I enjoyed our talk.",
    "thank you for coming in to talk about the {role} role at {firm}. The team has made its choice, and I am afraid it did "
    "not fall on you. The other finalist had done the same job before.",
    "I promised to tell you how it ended: we will not be making you an offer for the {role} position at {firm}. You were one "
    "of the last two, and it was close.",
)
INVITATION = (
    "we enjoyed reading your application as {role} and would like to invite you to an interview at {firm}. Would Tuesday at "
    "10:00 or Wednesday at 15:00 suit you?",
    "are you available for a video call of half an hour this week? I would like to talk with you about the {role} role at "
    "{firm} and answer your questions.",
    "I am happy to tell you that we would like to meet you in person for the {role} position. Please come to our office at "
    "{firm} on Thursday at 14:00 and ask for me at the door.",
    "your first interview convinced us, and the next step is a conversation with the head of the department at {firm} about "
    "the {role} position. Please pick a time that suits you.",
)
ACKNOWLEDGEMENT = (
    "we confirm that your application for the position of {role} at {firm} has arrived. We will look at it carefully and "
    "come back to you as soon as we can.",
    "thank you for your application as {role}. This is an automatic confirmation: your documents are with the recruiting "
    "team at {firm}, and no further action is needed from you.",
    "your application for {role} was submitted successfully. {firm} usually answers within three weeks. You can see the "
    "state of your application in your account.",
    "thanks for applying to {firm}! Your application for {role} is in our system now. If your profile fits, somebody from "
    "our team will contact you for a first talk.",
)
ASSESSMENT = (
    "as the next step in your application as {role} at {firm} we ask you to complete an online test. It takes about 60 "
    "minutes, and the link is valid for five days.",
    "please find attached a small task for the {role} position at {firm}. We expect it to take two to three hours; send us "
    "your solution by Friday.",
    "{firm} has invited you to a coding challenge for the position of {role}. You have 90 minutes once you start. Good luck!",
)
OFFER = (
    "congratulations! We are very pleased to offer you the position of {role} at {firm}. The contract is attached; please "
    "let us know by next Friday whether you accept.",
    "I am delighted to make you an offer for the {role} position at {firm}, starting on the first of the month. You will "
    "find salary and conditions in the attached letter.",
)
OUTREACH = (
    "I found your profile and believe you could be a great match for a {role} position with one of my clients in the region. "
    "Would you be open to a short call?",
    "we have not met yet. I am a recruiter at {firm}, and we are looking for a {role}. Would you like to hear more about it?",
    "my name came with a recommendation of a former colleague of yours. {firm} is building a new team and wants a {role}. "
    "Interested in a chat?",
)
ALERT = (
    "New jobs for you\n\n{role}, {firm} (Berlin)\n{role2}, {firm2} (Hamburg)\n{role3}, {firm3} (remote)\n\nSee all jobs that "
    "match your search. You receive this mail because you created a job alert.",
    "{firm} is hiring: {role}. Be one of the first to apply.\n\nSimilar jobs: {role2} at {firm2}, {role3} at {firm3}.\n\n"
    "Change how often you receive these recommendations.",
)
OTHER = (
    ("Your order has been shipped", "your order 4471 from {firm} is on its way and will be with you in two days."),
    ("Invoice for last month", "attached is the invoice of {firm} for last month. The amount will be debited from your account."),
    ("Dinner on Friday?", "are you free on Friday? We are cooking at my place, and there is a chair for you."),
    ("Holiday pictures", "the pictures from the lake are here, have a look! The one with the boat is for your mother."),
    ("Your library loans", "two of your loans are due next Monday. You can renew them twice in your account."),
    ("The flat in Mill Street", "thank you for viewing the flat. Unfortunately the landlord has decided for other tenants."),
    ("Your loan application", "after reviewing your application for a loan we regret that we cannot offer you one at present."),
    ("Newsletter: spring at {firm}", "spring is here, and so is our new collection. Twenty percent off until Sunday."),
    ("Your password was changed", "the password of your account at {firm} was changed. If that was not you, contact us."),
    ("Choir rehearsal", "no rehearsal this week, the hall is closed. We meet again next Tuesday at half past seven."),
    ("Appointment reminder", "we remind you of your appointment at the practice next Tuesday at 9:15."),
    ("Refund declined", "your request for a refund was not successful, as the article was returned after thirty days."),
    ("Running group", "the long run starts at the bridge on Sunday at nine. Bring water, it will be warm."),
    ("Your train tickets", "your tickets are attached. The train leaves from platform 7; please be there ten minutes early."),
)  # fmt: skip
SUBJECTS = {
    "rejection": ("Your application as {role}", "{firm}: {role}", "Update on your application", "{role} position"),
    "interview": ("Interview for {role}", "Invitation: {role} at {firm}", "Getting to know you"),
    "acknowledgement": (
        "We have received your application",
        "Your application: {role}",
        "Thank you for applying to {firm}",
    ),
    "assessment": ("Your next step: {role}", "Online test for {firm}"),
    "offer": ("Your offer from {firm}", "{role}: our offer"),
    "outreach": ("{role} in your area", "Are you open to something new?", "A position for you"),
    "job_alert": ("New jobs: {role}", "{role} and more"),
}
