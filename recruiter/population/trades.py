"""Trades: how people of one line of work are titled, what they can do, where they learnt it."""

from __future__ import annotations

from typing import NamedTuple


class Trade(NamedTuple):
    weight: int
    ladder: tuple[str, ...]  # from the first job to the last
    industries: tuple[str, ...]
    skills: tuple[str, ...]
    studies: tuple[str, ...]
    aims: tuple[str, ...]  # halves of sentences for summaries


def _row(weight: int, *columns: str) -> Trade:
    return Trade(weight, *(tuple(column.split("; ")) for column in columns))


TRADES = (
    _row(
        20,
        "Junior Software Engineer; Software Engineer; Senior Software Engineer; Staff Software "
        "Engineer; Engineering Manager; Director of Engineering; Chief Technology Officer",
        "Computer Software; Internet; Information Technology and Services; Financial Services",
        "Python; Java; Go; TypeScript; JavaScript; C++; Rust; PostgreSQL; Kubernetes; Docker; "
        "Amazon Web Services; Distributed Systems; Microservices; Software Architecture; Agile "
        "Methodologies; Test-Driven Development; REST APIs; Linux; Git; Code Review",
        "Computer Science; Software Engineering; Mathematics; Electrical Engineering",
        "services that keep working at night; small teams that ship often; code that the next "
        "person can read; moving old systems without stopping them",
    ),
    _row(
        8,
        "Data Analyst; Data Scientist; Senior Data Scientist; Lead Data Scientist; Data Engineer; "
        "Senior Data Engineer; Head of Data",
        "Information Technology and Services; Banking; Insurance; Retail",
        "SQL; Python; R; Machine Learning; Statistics; Data Visualization; Apache Spark; dbt; "
        "Airflow; Experiment Design; Forecasting; Pandas; Tableau; Data Modeling; Deep Learning",
        "Statistics; Data Science; Mathematics; Physics; Economics",
        "numbers that people trust; questions before models; pipelines that do not wake anyone",
    ),
    _row(
        12,
        "Sales Development Representative; Account Executive; Account Manager; Senior Account "
        "Manager; Key Account Manager; Regional Sales Manager; Sales Director; Vice President of "
        "Sales",
        "Computer Software; Telecommunications; Medical Devices; Industrial Automation",
        "Account Management; Negotiation; Salesforce; Lead Generation; Cold Calling; Contract "
        "Negotiation; Customer Relationship Management; Forecasting; Solution Selling; Key Account "
        "Development; Business Development; Presentations; Pipeline Management; Channel Sales",
        "Business Administration; Marketing; Communications; Economics",
        "customers who renew; long relations instead of quick wins; teams that know their numbers",
    ),
    _row(
        8,
        "Project Coordinator; Project Manager; Senior Project Manager; Program Manager; Product "
        "Manager; Senior Product Manager; Director of Product",
        "Computer Software; Construction; Automotive; Consumer Goods",
        "Project Management; Product Management; Product Strategy; Product Marketing; Business "
        "Analysis; Product Launch; Data Analysis; Agile Methodologies; Software Development; "
        "Cross-functional Team Leadership; Team Management; Roadmapping; Risk Management; Scrum; "
        "Stakeholder Management; User Research",
        "Business Administration; Industrial Engineering; Computer Science; Economics",
        "plans that survive the first week; saying no kindly; shipping the smallest useful thing",
    ),
    _row(
        7,
        "Recruiting Coordinator; Recruiter; Senior Recruiter; Technical Recruiter; Talent "
        "Acquisition Manager; Head of Talent; HR Business Partner; Chief People Officer",
        "Staffing and Recruiting; Human Resources; Internet; Management Consulting",
        "Recruiting; Sourcing; Interviewing; Employer Branding; Onboarding; Talent Management; "
        "Applicant Tracking Systems; Employee Relations; Compensation; Diversity and Inclusion; "
        "Labor Law; Workforce Planning; HR Policies",
        "Psychology; Human Resource Management; Business Administration; Sociology",
        "good talks with good people; fair interviews; teams that stay",
    ),
    _row(
        8,
        "Marketing Assistant; Marketing Specialist; Marketing Manager; Senior Marketing Manager; "
        "Head of Marketing; Chief Marketing Officer",
        "Marketing and Advertising; Consumer Goods; Retail; Media Production",
        "Content Strategy; SEO; Google Analytics; Social Media Marketing; Brand Management; Email "
        "Marketing; Copywriting; Campaign Management; Market Research; Public Relations; Digital "
        "Strategy; Event Management; Marketing Automation",
        "Marketing; Communications; Journalism; Business Administration",
        "brands that mean something; campaigns that can be measured; plain words",
    ),
    _row(
        8,
        "Accountant; Senior Accountant; Financial Analyst; Senior Financial Analyst; Finance "
        "Manager; Controller; Finance Director; Chief Financial Officer",
        "Accounting; Banking; Investment Management; Insurance",
        "Financial Reporting; Budgeting; IFRS; US GAAP; Financial Modeling; Auditing; SAP; "
        "Microsoft Excel; Tax; Cash Flow; Internal Controls; Valuation; Treasury; Consolidation",
        "Accounting; Finance; Economics; Business Administration",
        "books that close on time; figures that hold up; growth that can be paid for",
    ),
    _row(
        7,
        "Customer Support Representative; Customer Success Manager; Senior Customer Success "
        "Manager; Head of Customer Success; Operations Manager; Director of Operations",
        "Internet; Consumer Services; Logistics and Supply Chain; Computer Software",
        "Customer Success; Customer Service; Process Improvement; Onboarding; Zendesk; Account "
        "Management; Operations Management; Logistics; Lean Management; Six Sigma; Supply Chain; "
        "Vendor Management; Conflict Resolution",
        "Business Administration; Communications; Industrial Engineering; Languages",
        "customers who are glad they stayed; calm queues; work that flows",
    ),
    _row(
        6,
        "Graphic Designer; UX Designer; Senior UX Designer; Product Designer; Senior Product "
        "Designer; Design Lead; Head of Design",
        "Design; Internet; Media Production; Computer Software",
        "User Experience; Interaction Design; Figma; Prototyping; Design Systems; Typography; "
        "Usability Testing; Information Architecture; Visual Design; Accessibility; User Research; "
        "Illustration; Branding",
        "Graphic Design; Industrial Design; Psychology; Fine Arts",
        "fewer screens; things that everyone can use; drawings that engineers like",
    ),
    _row(
        7,
        "Mechanical Engineer; Senior Mechanical Engineer; Electrical Engineer; Process Engineer; "
        "Quality Manager; Plant Manager; Head of Production",
        "Automotive; Mechanical Engineering; Renewables and Environment; Aviation and Aerospace",
        "AutoCAD; SolidWorks; Lean Manufacturing; Quality Management; PLC Programming; Root Cause "
        "Analysis; Failure Mode Analysis; Maintenance; Six Sigma; Commissioning; Thermodynamics; "
        "Project Engineering; Safety Management",
        "Mechanical Engineering; Electrical Engineering; Chemical Engineering; Materials Science",
        "machines that last; lines that do not stop; safe plants",
    ),
    _row(
        6,
        "Registered Nurse; Senior Nurse; Nurse Manager; Clinical Research Associate; Clinical "
        "Project Manager; Medical Director",
        "Hospital and Health Care; Pharmaceuticals; Biotechnology; Medical Devices",
        "Patient Care; Clinical Trials; Good Clinical Practice; Medical Terminology; Oncology; "
        "Patient Safety; Electronic Health Records; Healthcare Management; Epidemiology; "
        "Critical Care; Regulatory Affairs; Pharmacovigilance",
        "Nursing; Medicine; Biology; Public Health; Pharmacy",
        "patients first; careful trials; wards that run well",
    ),
    _row(
        3,
        "Paralegal; Legal Counsel; Senior Legal Counsel; General Counsel; Compliance Manager; "
        "Head of Compliance",
        "Law Practice; Legal Services; Banking; Insurance",
        "Contract Law; Corporate Law; Compliance; Data Protection; Intellectual Property; Legal "
        "Research; Litigation; Mergers and Acquisitions; Due Diligence; Employment Law",
        "Law; Political Science; International Relations",
        "contracts that people can read; few surprises; privacy by design",
    ),
)
