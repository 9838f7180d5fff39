"""What is printed: contact lists and playbooks, for when everything else is down."""
